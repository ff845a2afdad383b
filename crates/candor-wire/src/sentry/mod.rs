//! The Sentry envelope API: how crashes and errors travel. docs/wire.md says which words carry what.

mod dsn;
mod encode;
mod envelope;
mod report;
mod words;

pub use dsn::{Dsn, ParseDsnError};
pub use encode::encode_event;
pub use envelope::{EnvelopeHeader, encode_envelope};
pub use report::{CrashReport, Exception, Frame, Image, Level};
