//! The Aptabase API: events of desktop and mobile applications. docs/wire.md says what becomes what.

mod decode;

pub use decode::{Decoded, Endpoint, decode};
