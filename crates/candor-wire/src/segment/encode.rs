//! Records to bytes.

use super::{Item, words};
use crate::{Attribute, DurationBucket, Environment, Kind, Record, Timestamp, Value, json};

/// The item as JSON, spelled as docs/wire.md says: one line, keys always in the same order, `type` and `messageId` first.
///
/// An attribute that is called like one of the [reserved words](super::RESERVED) is left out, so that no attribute can
/// pass for an outcome or a count; the manifest's check refuses to declare one. So is a [`Value::Json`] that is not JSON.
#[must_use]
pub fn encode_item(item: &Item) -> String {
    let record = &item.record;
    let mut out = String::with_capacity(640 + 128 * item.parts.len());
    let mut object = json::Object::begin(&mut out);
    object.text("type", "track");
    object.text("messageId", &item.message_id);
    object.text("anonymousId", item.anonymous_id.as_deref().unwrap_or(words::ANONYMOUS));
    object.optional("userId", item.user_id.as_deref());
    object.text("event", &record.name);
    object.plain("timestamp", format_args!("\"{}\"", record.time));
    properties(object.member("properties"), item);
    context(object.member("context"), item);
    object.end();
    out
}

/// The body of `POST /v1/batch`: items that [`encode_item`] wrote, and the sender's clock, by which the collector
/// corrects theirs.
#[must_use]
pub fn encode_batch<'a>(items: impl IntoIterator<Item = &'a str>, sent_at: Timestamp) -> String {
    let mut out = String::from("{\"batch\":[");
    for (position, item) in items.into_iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        out.push_str(item);
    }
    out.push_str("],\"sentAt\":\"");
    json::plain(&mut out, sent_at);
    out.push_str("\"}");
    out
}

fn properties(out: &mut String, item: &Item) {
    let record = &item.record;
    let mut object = json::Object::begin(out);
    object.optional("parent", record.parent.as_deref());
    outcome(&mut object, record);
    if !item.durations.is_empty() {
        durations(object.member("durations"), &item.durations);
    }
    if record.count != 1 || record.kind == Kind::Count {
        object.plain("count", record.count);
    }
    attributes(&mut object, &record.attributes);
    if !item.parts.is_empty() {
        let out = object.member("parts");
        for (position, part) in item.parts.iter().enumerate() {
            out.push(if position == 0 { '[' } else { ',' });
            encode_part(out, part);
        }
        out.push(']');
    }
    object.end();
}

fn encode_part(out: &mut String, part: &Record) {
    let mut object = json::Object::begin(out);
    object.text("name", &part.name);
    outcome(&mut object, part);
    if part.count != 1 {
        object.plain("count", part.count);
    }
    attributes(&mut object, &part.attributes);
    object.end();
}

fn outcome(object: &mut json::Object<'_>, record: &Record) {
    object.optional("outcome", record.outcome.map(crate::Outcome::as_str));
    if let Some(duration) = record.duration {
        milliseconds(object.member("duration_ms"), duration);
    }
    object.optional("error_class", record.error_class.as_deref());
}

/// How a sum's durations are spread, as pairs of milliseconds and count: `[[1234.567,3],[800,1]]`.
fn durations(out: &mut String, durations: &[(DurationBucket, u64)]) {
    for (position, (duration, count)) in durations.iter().enumerate() {
        out.push_str(if position == 0 { "[[" } else { ",[" });
        milliseconds(out, *duration);
        json::plain(out, format_args!(",{count}]"));
    }
    out.push(']');
}

/// Exact to the microsecond, so that the bucket comes out again whatever the reader's floating point does.
fn milliseconds(out: &mut String, duration: DurationBucket) {
    let micros = duration.micros();
    match micros % 1000 {
        0 => json::plain(out, micros / 1000),
        rest => json::plain(out, format_args!("{}.{rest:03}", micros / 1000)),
    }
}

fn attributes(object: &mut json::Object<'_>, attributes: &[Attribute]) {
    for Attribute { name, value } in attributes.iter().filter(|attribute| !words::is_reserved(&attribute.name)) {
        match value {
            Value::Bool(value) => object.plain(name, value),
            Value::Integer(value) => object.plain(name, value),
            #[cfg(feature = "decode")]
            Value::Float(value) => json::float(object.member(name), *value),
            // No shape of the SDK is a fraction, and what spells one would weigh 25 KB in every tool.
            #[cfg(not(feature = "decode"))]
            Value::Float(_) => {}
            Value::Text(value) => object.text(name, value),
            Value::Json(value) => {
                if json::is_value(value) {
                    object.plain(name, value);
                }
            }
        }
    }
}

fn context(out: &mut String, item: &Item) {
    let Environment {
        version,
        commit,
        built,
        channel,
        os,
        os_version,
        arch,
        runtime,
        ci,
        container,
        interactive,
        agent,
        database,
    } = &*item.record.environment;
    let mut object = json::Object::begin(out);
    let mut candor = json::Object::begin(object.member("candor"));
    candor.plain("format", words::FORMAT);
    candor.text("kind", item.record.kind.as_str());
    candor.end();
    let app = [("version", version), ("commit", commit), ("built", built), ("channel", channel)];
    object.texts("app", &app.map(|(name, value)| (name, value.as_deref())));
    let os = [("name", os), ("version", os_version), ("arch", arch)];
    object.texts("os", &os.map(|(name, value)| (name, value.as_deref())));
    object.optional("runtime", runtime.as_deref());
    object.optional("ci", ci.as_deref());
    object.truth("container", *container);
    object.truth("interactive", *interactive);
    object.optional("agent", agent.as_deref());
    object.optional("database", database.as_deref());
    if let Some(sdk) = &item.sdk {
        object.texts("library", &sdk.members());
    }
    object.end();
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{Outcome, Shared, segment::Sdk};

    #[test]
    fn an_item_is_spelled_as_the_document_says() {
        let time = Timestamp::from_micros(1_795_309_200_000_000);
        let environment: Shared<_> = Environment::example().into();
        let timed = |kind, name: &str, micros| Record {
            outcome: Some(Outcome::Ok),
            duration: Some(DurationBucket::of(Duration::from_micros(micros))),
            environment: environment.clone(),
            ..Record::new(kind, name, time)
        };
        let mut record = timed(Kind::Operation, "fetch", 1_234_567);
        record.attributes.push(Attribute { name: "resources".into(), value: Value::Integer(100) });
        record.attributes.push(Attribute { name: "outcome".into(), value: Value::Text("spoofed".into()) });
        let mut part = timed(Kind::Part, "collect", 801_500);
        part.attributes.push(Attribute { name: "provider".into(), value: Value::Text("processes".into()) });
        let sdk = Some(Sdk { name: "candor".into(), version: Some("0.1.0".into()) }.into());
        let one = Item {
            message_id: "5f0c".into(),
            anonymous_id: None,
            user_id: None,
            sdk,
            record,
            parts: vec![part.clone()],
            durations: Vec::new(),
        };
        let alone = Record { count: 4, duration: None, parent: Some("fetch".into()), ..part };
        let bucket = |micros| DurationBucket::of(Duration::from_micros(micros));
        let durations = vec![(bucket(1_234_567), 3), (bucket(800_000), 1)];
        let sum = Item { record: alone, parts: Vec::new(), durations, ..one.clone() };
        let (one, sum) = (encode_item(&one), encode_item(&sum));
        assert!(one.starts_with(r#"{"type":"track","messageId":""#));
        insta::assert_snapshot!(encode_batch([one.as_str(), sum.as_str(), "{}"], time));
    }
}
