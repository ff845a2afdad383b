//! OpenTelemetry's protocol over HTTP: logs, metrics and traces, as protobuf or JSON. docs/wire.md says what becomes of each.
//!
//! There is no encoder: the SDK speaks Segment's and Sentry's protocols, this one is read only.

mod answer;
mod decode;

pub use answer::Rejected;
pub use decode::{Decoded, Encoding, NEVER_KEPT, Signal, Total, decode};
