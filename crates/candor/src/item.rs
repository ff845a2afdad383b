//! Records to the bytes that are kept and sent: the only place that makes them.

use candor_wire::{
    Record,
    segment::{Item, Sdk, encode_item},
};

use crate::{identity::Identity, random};

/// Segment's own API takes 32 KB an event; what is larger would be refused, for ever.
const MAX_BYTES: usize = 32_000;

/// The item as one line of JSON. Parts that do not fit are left out, the last ones first. `None` where the system has no
/// random number to make an id of: without one the record could be counted twice.
pub(crate) fn encode(record: Record, parts: Vec<Record>, identity: &Identity) -> Option<String> {
    let sdk = Sdk { name: "candor".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
    let mut item = Item {
        message_id: random::uuid()?,
        anonymous_id: identity.anonymous_id.clone(),
        user_id: None,
        sdk: Some(sdk),
        record,
        parts,
        durations: Vec::new(),
    };
    let mut encoded = encode_item(&item);
    while encoded.len() > MAX_BYTES && !item.parts.is_empty() {
        item.parts.truncate(item.parts.len() / 2);
        encoded = encode_item(&item);
    }
    (encoded.len() <= MAX_BYTES).then_some(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_wire::{Kind, Timestamp};

    #[test]
    fn an_oversize_operation_keeps_its_outcome_and_loses_parts() {
        let time = Timestamp::from_micros(0);
        let part = Record { parent: Some("fetch".to_owned()), ..Record::new(Kind::Part, "p".repeat(100), time) };
        let identity = Identity { anonymous_id: None };
        let encoded = encode(Record::new(Kind::Operation, "fetch", time), vec![part; 1000], &identity);
        let encoded = encoded.expect("small enough without parts");
        assert!(encoded.len() <= MAX_BYTES);
        assert!(encoded.contains("pppp"), "half of the parts fit");
    }
}
