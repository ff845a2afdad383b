//! The Segment/RudderStack batch API: how usage travels. docs/wire.md says which words carry what.

mod encode;
mod item;
mod words;

pub use encode::{encode_batch, encode_item};
pub use item::{Item, Sdk};
pub use words::{ANONYMOUS, FORMAT, RESERVED, is_reserved};
