//! What clients send, through the public interface.
#![cfg(feature = "decode")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod corpus;
mod document;
mod foreign;
mod limits;
mod own;

use candor_wire::{
    DecodeError, Dropped, Limits, Timestamp,
    segment::{Decoded, Endpoint, Item, decode},
};

/// When every request of these tests arrives.
const RECEIVED: &str = "2026-11-22T02:00:00.500000Z";

fn received() -> Timestamp {
    Timestamp::parse(RECEIVED).unwrap()
}

fn read(body: &str, endpoint: Endpoint) -> Result<Decoded, DecodeError> {
    decode(body.as_bytes(), endpoint, received(), &Limits::default())
}

/// The items of a batch with this inside its array.
fn items(inside: &str) -> Vec<Result<Item, Dropped>> {
    read(&format!("{{\"batch\":[{inside}]}}"), Endpoint::Batch).unwrap().items
}

/// The only item of a batch.
fn item(json: &str) -> Result<Item, Dropped> {
    let mut items = items(json);
    assert_eq!(items.len(), 1);
    items.remove(0)
}
