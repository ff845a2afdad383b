//! The Segment/RudderStack batch API: how usage travels. docs/wire.md says which words carry what.

#[cfg(feature = "decode")]
mod decode;
mod encode;
mod item;
mod words;

#[cfg(feature = "decode")]
pub use decode::{Decoded, Endpoint, decode};
pub use encode::{encode_batch, encode_item};
pub use item::{Item, Sdk};
pub use words::{ANONYMOUS, FORMAT, RESERVED, is_reserved};
