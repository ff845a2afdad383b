//! What Sentry's clients send, through the public interface.
#![cfg(feature = "decode")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod corpus;
mod foreign;
mod framing;
mod limits;
mod minidump;
mod own;

use candor_wire::{
    DecodeError, Dropped, Event, Limits, Timestamp,
    sentry::{Decoded, Endpoint, decode},
};

/// When every request of these tests arrives.
const RECEIVED: &str = "2026-11-22T02:00:00.500000Z";

const ID: &str = "5f0c9e1a0b1e4d56b0c85f0c9e1a0b1e";

fn received() -> Timestamp {
    Timestamp::parse(RECEIVED).unwrap()
}

fn read(body: impl AsRef<[u8]>, endpoint: Endpoint) -> Result<Decoded, DecodeError> {
    decode(body.as_ref(), endpoint, received(), &Limits::default())
}

/// The item of an event with these members, in an envelope.
fn event(members: &str) -> Result<Event, Dropped> {
    let event = format!("{{{members}}}");
    let mut items = read(format!("{{}}\n{{\"type\":\"event\"}}\n{event}\n"), Endpoint::Envelope).unwrap().items;
    assert_eq!(items.len(), 1);
    items.remove(0)
}
