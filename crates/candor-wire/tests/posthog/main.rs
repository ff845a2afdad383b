//! What PostHog's clients send, through the public interface.
#![cfg(feature = "decode")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod corpus;
mod exceptions;
mod foreign;
mod limits;

use candor_wire::{
    DecodeError, Dropped, Event, Limits, Timestamp,
    posthog::{Decoded, Endpoint, Head, decode},
};

/// When every request of these tests arrives.
const RECEIVED: &str = "2026-11-22T02:00:00.500000Z";

fn received() -> Timestamp {
    Timestamp::parse(RECEIVED).unwrap()
}

fn read(body: impl AsRef<[u8]>, endpoint: Endpoint) -> Result<Decoded, DecodeError> {
    decode(body.as_ref(), &Head::new(endpoint), received(), &Limits::default())
}

/// The events of a batch with this inside its array.
fn events(inside: &str) -> Vec<Result<Event, Dropped>> {
    read(format!("{{\"batch\":[{inside}]}}"), Endpoint::Batch).unwrap().items
}

/// The event with these members beside its name.
fn event(members: &str) -> Result<Event, Dropped> {
    let comma = if members.is_empty() { "" } else { "," };
    events(&format!(r#"{{"event":"e"{comma}{members}}}"#)).remove(0)
}
