//! Records to the bytes that are kept and sent: the only place that makes them.

use candor_wire::{
    DurationBucket, Record,
    segment::{Item, Sdk, encode_item},
    sentry::{CrashReport, encode_event},
};

use crate::{identity::Identity, random, scrub::Scrubber};

/// Segment's own API takes 32 KB an event; what is larger would be refused, for ever.
const MAX_BYTES: usize = 32_000;

/// One record as one line of JSON. `None` where the system has no random number to make an id of: without one the record
/// could be counted twice.
pub(crate) fn encode(record: Record, parts: Vec<Record>, identity: &Identity) -> Option<String> {
    let anonymous_id = identity.anonymous_id(record.time.day());
    let (message_id, sdk) = (random::uuid()?, Some(sdk().into()));
    within_bounds(Item { message_id, anonymous_id, user_id: None, sdk, record, parts, durations: Vec::new() })
}

/// Who makes the items.
pub(crate) fn sdk() -> Sdk {
    Sdk { name: "candor".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) }
}

/// An item as one line of JSON that a collector takes. Parts that do not fit are left out, the last ones first;
/// durations that do not fit are given the nearest ones that do.
pub(crate) fn within_bounds(mut item: Item) -> Option<String> {
    let mut encoded = encode_item(&item);
    while encoded.len() > MAX_BYTES && (!item.parts.is_empty() || item.durations.len() > 1) {
        item.parts.truncate(item.parts.len() / 2);
        item.durations = halved(&item.durations);
        encoded = encode_item(&item);
    }
    (encoded.len() <= MAX_BYTES).then_some(encoded)
}

/// Half as many durations, each pair of neighbours as the more frequent one of them.
fn halved(durations: &[(DurationBucket, u64)]) -> Vec<(DurationBucket, u64)> {
    let pair = |pair: &[(DurationBucket, u64)]| {
        let most = pair.iter().max_by_key(|(_, count)| *count).map_or(DurationBucket::MAX, |(duration, _)| *duration);
        (most, pair.iter().map(|(_, count)| count).sum())
    };
    durations.chunks(2).map(pair).collect()
}

/// Of a report. Collectors take more; a few of these must fit into a segment of the spool.
const MAX_REPORT_BYTES: usize = 64_000;

/// One report as one line of JSON, every text of it scrubbed. Frames that do not fit are left out, the outermost first.
pub(crate) fn encode_report(mut report: CrashReport, scrubber: &Scrubber) -> Option<String> {
    scrubber.report(&mut report);
    let mut encoded = encode_event(&report);
    while encoded.len() > MAX_REPORT_BYTES && !report.frames.is_empty() {
        report.frames.drain(..report.frames.len().div_ceil(2));
        encoded = encode_event(&report);
    }
    (encoded.len() <= MAX_REPORT_BYTES).then_some(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_wire::{Kind, Timestamp};

    #[test]
    fn an_oversize_operation_keeps_its_outcome_and_loses_parts() {
        let time = Timestamp::from_micros(0);
        let part = Record { parent: Some("fetch".to_owned()), ..Record::new(Kind::Part, "p".repeat(100), time) };
        let encoded = encode(Record::new(Kind::Operation, "fetch", time), vec![part; 1000], &Identity::none());
        let encoded = encoded.expect("small enough without parts");
        assert!(encoded.len() <= MAX_BYTES);
        assert!(encoded.contains("pppp"), "half of the parts fit");
    }

    #[test]
    fn an_oversize_histogram_keeps_its_count() {
        let durations: Vec<_> = (0..=DurationBucket::MAX.index())
            .filter_map(DurationBucket::from_index)
            .map(|bucket| (bucket, 1))
            .collect();
        let count = durations.len() as u64;
        let record = Record { count, ..Record::new(Kind::Operation, "fetch", Timestamp::from_micros(0)) };
        let item = Item {
            message_id: "id".to_owned(),
            anonymous_id: None,
            user_id: None,
            sdk: None,
            record,
            parts: Vec::new(),
            durations: durations.clone(),
        };
        assert!(within_bounds(item).expect("small enough").contains(&format!(r#""count":{count}"#)));
        assert_eq!(halved(&durations).iter().map(|(_, count)| count).sum::<u64>(), count);
    }
}
