//! From decoded items to rows: what all protocols do alike.

use super::protocol::{Fate, Item, Protocol};
use crate::origin::Country;
use crate::outcomes::Tally;
use crate::project::Ingesting;
use crate::vocabulary::Held;
use candor_store::{Append, ItemOutcome};
use candor_wire::Timestamp;
use std::sync::Arc;

/// What a request becomes.
pub(super) struct Rows {
    /// The rows of the items that have some.
    pub(super) append: Append,
    /// What is to be counted of the others.
    pub(super) tally: Tally,
    /// What became of every item, in its place.
    pub(super) fates: Vec<Fate>,
}

/// The rows of a request, and what became of the items that have none.
pub(super) fn rows<P: Protocol>(
    decoded: P::Decoded,
    project: &Ingesting,
    country: Option<Country>,
    received: Timestamp,
) -> Rows {
    let mut tally = Tally::default();
    let decoded = P::into_items(decoded);
    let mut items = Vec::with_capacity(decoded.len());
    let mut fates = Vec::with_capacity(decoded.len());
    let mut held = Held::default();
    let country: Option<Arc<str>> = country.map(|country| country.as_str().into());
    project.scrubbers.lend(|scrubber| {
        for item in decoded {
            match item.map_err(|dropped| dropped.code()).and_then(|item| item.append(project, scrubber, &mut tally)) {
                Ok(mut append) => {
                    for fact in &mut append.facts {
                        project.vocabulary.hold(fact, received.day(), &mut held, &mut tally);
                        fact.country.clone_from(&country);
                    }
                    items.push(append);
                    fates.push(Fate::Kept);
                }
                Err(reason) => {
                    tally.add(ItemOutcome::Dropped, reason, 1);
                    fates.push(Fate::Dropped(reason));
                }
            }
        }
    });
    Rows { append: Append { project: Arc::clone(&project.name), received, items }, tally, fates }
}
