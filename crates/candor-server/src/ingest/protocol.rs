//! What the protocols do differently on the way that all requests go.

use super::scrubber::Scrubber;
use crate::outcomes::Tally;
use crate::project::Ingesting;
use candor_store::AppendItem;
use candor_wire::otlp::Total;
use candor_wire::{DecodeError, Dropped, Timestamp};

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is on the disk, now or since it came before.
    Kept,
    /// It is not kept, for this reason.
    Dropped(&'static str),
}

/// A protocol, and what the head of a request by it said.
pub(super) trait Protocol: Send + 'static {
    /// What a body says.
    type Decoded: Send + 'static;
    /// What one item of it says.
    type Item: Item;
    /// What the answer needs of the body.
    type Draft;
    /// What the answer says beyond that all is well.
    type Answer;

    /// Where the key may be, for whoever sent none or a wrong one.
    const KEY_PLACES: &'static str;

    /// Reads an inflated body.
    fn decode(self, body: &[u8], received: Timestamp) -> Result<Self::Decoded, DecodeError>;

    /// The key in the body.
    fn key(decoded: &Self::Decoded) -> Option<&str>;

    /// How many items the body has, whatever becomes of them.
    fn items(decoded: &Self::Decoded) -> usize;

    /// What the answer to it needs.
    fn draft(decoded: &Self::Decoded) -> Self::Draft;

    /// The answer, once all that is kept is on the disk; `fates` are those of the items in their places.
    fn answer(draft: Self::Draft, fates: &[Fate]) -> Self::Answer;

    /// Its items, and why those are none that could not be read.
    fn into_items(decoded: Self::Decoded) -> Vec<Result<Self::Item, Dropped>>;
}

/// What there is to be done beside the rows of an item.
pub(super) enum Beside {
    /// To keep the minidump of the crash, where the project keeps them.
    Minidump(Vec<u8>),
    /// To find out how much of a total is new.
    Total(Total),
}

/// One item of a body, whatever its protocol.
pub(super) trait Item {
    /// What there is to be done beside its rows, if it has some. Asked before [`append`](Self::append).
    fn beside(&mut self) -> Option<Beside> {
        None
    }

    /// Its rows, which are counted together or not at all; or why the project does not take it. What it takes without some
    /// of its parts is counted in `tally`.
    fn append(
        self,
        project: &Ingesting,
        scrubber: &mut Scrubber,
        tally: &mut Tally,
    ) -> Result<AppendItem, &'static str>;
}
