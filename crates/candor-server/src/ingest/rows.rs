//! From decoded items to rows: what all protocols do alike.

use super::protocol::{Beside, Fate, Item, Protocol};
use crate::origin::Whereabouts;
use crate::outcomes::Tally;
use crate::project::Ingesting;
use crate::vocabulary::Held;
use candor_store::{Append, ItemOutcome};
use candor_wire::{Dropped, Timestamp};
use std::sync::Arc;

/// What a request becomes.
pub(super) struct Rows {
    /// The rows of the items that have some.
    pub(super) append: Append,
    /// What is to be counted of the others.
    pub(super) tally: Tally,
    /// What became of every item, in its place.
    pub(super) fates: Vec<Fate>,
    /// What is to be done beside the rows of an item, and that item's place in `append`.
    pub(super) besides: Vec<(usize, Beside)>,
}

/// The rows of a request, and what became of the items that have none.
pub(super) fn rows<P: Protocol>(
    decoded: P::Decoded,
    project: &Ingesting,
    place: Whereabouts,
    received: Timestamp,
) -> Rows {
    rows_of(P::into_items(decoded), project, place, received)
}

/// The rows of these items.
pub(super) fn rows_of<I: Item>(
    decoded: Vec<Result<I, Dropped>>,
    project: &Ingesting,
    place: Whereabouts,
    received: Timestamp,
) -> Rows {
    let mut tally = Tally::default();
    let mut items = Vec::with_capacity(decoded.len());
    let mut fates = Vec::with_capacity(decoded.len());
    let mut besides = Vec::new();
    let mut held = Held::default();
    let country: Option<Arc<str>> = place.country.map(|country| country.as_str().into());
    let region = place.country.zip(place.region).map(|(country, region)| region.in_country(country).into());
    project.scrubbers.lend(|scrubber| {
        for item in decoded {
            let taken = item.map_err(|dropped| dropped.code()).and_then(|mut item| {
                let beside = item.beside();
                Ok((item.append(project, scrubber, &mut tally)?, beside))
            });
            match taken {
                Ok((mut append, beside)) => {
                    for fact in &mut append.facts {
                        project.vocabulary.hold(fact, received.day(), &mut held, &mut tally);
                        fact.country.clone_from(&country);
                        fact.region.clone_from(&region);
                    }
                    besides.extend(beside.map(|beside| (items.len(), beside)));
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
    Rows { append: Append { project: Arc::clone(&project.name), received, items }, tally, fates, besides }
}

/// Says of items that had rows why they are not kept after all; each by its place among those that had some.
pub(super) fn drop_kept(fates: &mut [Fate], dropped: &[(usize, &'static str)]) {
    let mut kept: Vec<&mut Fate> = fates.iter_mut().filter(|fate| **fate == Fate::Kept).collect();
    for (place, reason) in dropped {
        if let Some(fate) = kept.get_mut(*place) {
            **fate = Fate::Dropped(reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_later_is_found_among_what_was_kept() {
        let early = Fate::Dropped("not_kept");
        let mut fates = [early, Fate::Kept, early, Fate::Kept, Fate::Kept];
        drop_kept(&mut fates, &[(0, "a"), (2, "b")]);
        assert_eq!(fates, [early, Fate::Dropped("a"), early, Fate::Kept, Fate::Dropped("b")]);
    }
}
