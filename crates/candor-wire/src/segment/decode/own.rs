//! Candor's own items: the words among their properties become the fields of a record.

use serde_core::de::{DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};

use crate::{
    Attribute, DurationBucket, Outcome, Record, Value,
    decode::{Dropped, Limits, attributes::Attributes, object::Into},
    segment::words,
};

/// What a record's words may say beside its attributes.
pub(super) struct Words {
    pub(super) name: Option<String>,
    /// The entries of `parts` as JSON.
    pub(super) parts: Option<String>,
    /// How the durations are spread.
    pub(super) durations: Vec<(DurationBucket, u64)>,
}

/// Moves the words among `attributes` into the record and leaves the declared fields, in their order.
pub(super) fn take_words(record: &mut Record, attributes: Vec<Attribute>, limits: &Limits) -> Result<Words, Dropped> {
    let mut words = Words { name: None, parts: None, durations: Vec::new() };
    record.attributes.reserve(attributes.len());
    for Attribute { name, value } in attributes {
        match (name.as_str(), value) {
            ("name", Value::Text(text)) => words.name = Some(text),
            ("parts", Value::Json(json)) => words.parts = Some(json),
            ("durations", Value::Json(json)) => words.durations = read_durations(&json)?,
            ("parent", Value::Text(text)) => record.parent = Some(text),
            ("error_class", Value::Text(text)) => record.error_class = Some(text),
            ("outcome", Value::Text(text)) => {
                record.outcome = Some(Outcome::from_name(&text).ok_or(Dropped::MalformedWord)?);
            }
            ("duration_ms", Value::Integer(ms)) => record.duration = Some(duration(ms as f64)?),
            ("duration_ms", Value::Float(ms)) => record.duration = Some(duration(ms)?),
            ("count", Value::Integer(count)) => {
                let count = u64::try_from(count).ok().filter(|count| *count <= limits.max_count);
                record.count = count.ok_or(Dropped::MalformedWord)?;
            }
            (word, _) if words::is_reserved(word) => return Err(Dropped::MalformedWord),
            (_, value) => record.attributes.push(Attribute { name, value }),
        }
    }
    if !words.durations.is_empty() && (record.duration.is_some() || total(&words.durations) != Some(record.count)) {
        return Err(Dropped::MalformedWord);
    }
    Ok(words)
}

fn duration(ms: f64) -> Result<DurationBucket, Dropped> {
    // `as` saturates, so a duration that no clock can measure falls into the last bucket.
    if ms >= 0.0 { Ok(DurationBucket::of_micros((ms * 1000.0).round() as u64)) } else { Err(Dropped::MalformedWord) }
}

/// Reads the pairs of milliseconds and count of `durations`.
fn read_durations(json: &str) -> Result<Vec<(DurationBucket, u64)>, Dropped> {
    let pairs: Vec<(f64, u64)> = serde_json::from_str(json).map_err(|_| Dropped::MalformedWord)?;
    // More pairs than there are buckets are no sum; none are no spread, and a count of nothing is no pair.
    if pairs.is_empty() || pairs.len() > DurationBucket::COUNT || pairs.iter().any(|(_, count)| *count == 0) {
        return Err(Dropped::MalformedWord);
    }
    pairs.into_iter().map(|(ms, count)| Ok((duration(ms)?, count))).collect()
}

fn total(durations: &[(DurationBucket, u64)]) -> Option<u64> {
    durations.iter().try_fold(0u64, |sum, (_, count)| sum.checked_add(*count))
}

/// Reads the entries of `parts`: the attributes of each, words included.
pub(super) fn read_parts(json: &str, limits: &Limits) -> Result<Vec<Vec<Attribute>>, Dropped> {
    let mut fault = Dropped::MalformedWord;
    let parts = Parts { fault: &mut fault, limits };
    parts.deserialize(&mut serde_json::Deserializer::from_str(json)).map_err(|_| fault)
}

struct Parts<'a> {
    fault: &'a mut Dropped,
    limits: &'a Limits,
}

impl<'de> DeserializeSeed<'de> for Parts<'_> {
    type Value = Vec<Vec<Attribute>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Parts<'_> {
    type Value = Vec<Vec<Attribute>>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of parts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut parts = Vec::new();
        loop {
            let mut part = Attributes::new(self.limits);
            match list.next_element_seed(Into(&mut part))? {
                None => return Ok(parts),
                Some(true) if part.fault.is_none() => parts.push(part.list),
                Some(_) => {
                    *self.fault = part.fault.unwrap_or(Dropped::MalformedWord);
                    return Err(A::Error::custom("not a part"));
                }
            }
        }
    }
}
