//! What the protocols do differently on the way that all requests go.

use crate::outcomes::Tally;
use crate::project::Ingesting;
use candor_store::Append;
use candor_wire::{DecodeError, Timestamp};

/// A protocol, and the route of it that a request came by.
pub(super) trait Protocol: Copy + Send + 'static {
    /// What a body says.
    type Decoded: Send + 'static;
    /// What the answer says beyond that all is well.
    type Answer: Send + 'static;

    /// Where the key may be, for whoever sent none or a wrong one.
    const KEY_PLACES: &'static str;

    /// Reads an inflated body.
    fn decode(self, body: &[u8], received: Timestamp) -> Result<Self::Decoded, DecodeError>;

    /// The key in the body.
    fn key(decoded: &Self::Decoded) -> Option<&str>;

    /// How many items the body has, whatever becomes of them.
    fn items(decoded: &Self::Decoded) -> usize;

    /// The answer to it, once it is kept.
    fn answer(decoded: &Self::Decoded) -> Self::Answer;

    /// The rows of a body, and what became of the items that have none.
    fn rows(decoded: Self::Decoded, project: &Ingesting, received: Timestamp) -> (Append, Tally);
}
