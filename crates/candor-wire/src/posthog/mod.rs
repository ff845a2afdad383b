//! The PostHog capture API, V0 and V1: usage and exceptions of PostHog's clients. docs/wire.md says what becomes what.

mod decode;
mod head;

pub use decode::{Decoded, decode};
pub use head::{Endpoint, Head};
