//! The Sentry envelope API: how crashes and errors travel. docs/wire.md says which words carry what.

#[cfg(feature = "decode")]
mod decode;
mod dsn;
mod encode;
mod envelope;
#[cfg(feature = "decode")]
pub mod minidump;
mod words;

#[cfg(feature = "decode")]
pub use decode::{Decoded, Endpoint, decode, native_crash};
pub use dsn::{Dsn, ParseDsnError};
pub use encode::encode_event;
pub use envelope::{EnvelopeHeader, encode_envelope};

pub use crate::report::{CrashReport, Exception, Frame, Image, Level};
