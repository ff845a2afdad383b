//! What Aptabase's clients send, through the public interface.
#![cfg(feature = "decode")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod foreign;
mod limits;

use candor_wire::{
    DecodeError, Dropped, Event, Limits, Timestamp,
    aptabase::{Decoded, decode},
};

/// When every request of these tests arrives.
const RECEIVED: &str = "2026-11-22T02:00:00.500000Z";

fn received() -> Timestamp {
    Timestamp::parse(RECEIVED).unwrap()
}

fn read(body: impl AsRef<[u8]>) -> Result<Decoded, DecodeError> {
    decode(body.as_ref(), received(), &Limits::default())
}

/// The items of an array with this inside.
fn items(inside: &str) -> Vec<Result<Event, Dropped>> {
    read(format!("[{inside}]")).unwrap().items
}

/// The event with these members beside its name.
fn event(members: &str) -> Result<Event, Dropped> {
    let comma = if members.is_empty() { "" } else { "," };
    items(&format!(r#"{{"eventName":"e"{comma}{members}}}"#)).remove(0)
}
