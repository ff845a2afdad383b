//! What makes telemetry harmless before it is written: scrubbing of texts, identities that cannot be turned back, counts of
//! machines without any identity.
//!
//! For whoever turns records into bytes or rows: the SDK and the collector both. It is pure: no clock, no file, no
//! socket, no randomness. Not for consent, which is the SDK's.

#[cfg(feature = "identity")]
mod identity;
mod scrub;
pub mod sketch;

#[cfg(feature = "identity")]
pub use identity::{Policy, installation_hash};
pub use scrub::{Known, is_secret_name, scrub, scrub_knowing};
