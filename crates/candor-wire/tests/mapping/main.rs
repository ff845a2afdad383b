//! The tables of docs/wire.md that say what becomes of foreign items: each row is tried out.
#![cfg(feature = "decode")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod aptabase;
mod otlp;
mod posthog;

use candor_wire::{Environment, Event, Timestamp, Value, segment::Sdk};
use serde_json::{Map, Value as Json};

/// When every request of these tests arrives.
fn received() -> Timestamp {
    Timestamp::parse("2026-11-22T02:00:00.500000Z").unwrap()
}

/// The rows between `<!-- NAME -->` and `<!-- /NAME -->`, without the heading: the members in the first column, and the second.
fn rows(name: &str) -> Vec<(Vec<&'static str>, &'static str)> {
    let document = include_str!("../../../../docs/wire.md");
    let (_, after) = document.split_once(&format!("<!-- {name} -->\n")).unwrap();
    let (table, _) = after.split_once(&format!("<!-- /{name} -->")).unwrap();
    let rows = table.lines().skip(2).map(|line| {
        let [_, members, becomes, _] = line.split('|').collect::<Vec<_>>().try_into().unwrap();
        (quoted(members), becomes.trim())
    });
    rows.collect()
}

/// The words between backticks.
fn quoted(text: &'static str) -> Vec<&'static str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The value of a column of `facts`.
fn column(event: &Event, name: &str) -> Option<String> {
    let Environment { version, os, os_version, arch, runtime, .. } = &*event.record.environment;
    let sdk = event.sdk.clone();
    match name {
        "name" => Some(event.record.name.clone()),
        "version" => version.clone(),
        "os" => os.clone(),
        "os_version" => os_version.clone(),
        "arch" => arch.clone(),
        "runtime" => runtime.clone(),
        "sdk" => sdk.map(|Sdk { name, .. }| name),
        "sdk_version" => sdk.and_then(|Sdk { version, .. }| version),
        _ => panic!("the test does not know the column {name}"),
    }
}

/// Sets a member, such as `properties.$lib`, of an object.
fn set(object: &mut Map<String, Json>, path: &str, value: &str) {
    match path.split_once('.') {
        None => drop(object.insert(path.to_owned(), value.into())),
        Some((first, rest)) => {
            let inner = object.entry(first).or_insert_with(|| Map::new().into());
            set(inner.as_object_mut().unwrap(), rest, value);
        }
    }
}

/// Tries out every row: `read` reads the event that is this object, or one with nothing but a name.
fn try_out(name: &str, read: impl Fn(Map<String, Json>) -> Event) {
    let rows = rows(name);
    assert!(rows.len() > 8, "the table is there");
    let nothing = read(Map::new());
    for (members, becomes) in rows {
        let marks: Vec<String> = (0..members.len()).map(|position| format!("mark{position}")).collect();
        let mut object = Map::new();
        members.iter().zip(&marks).for_each(|(member, mark)| set(&mut object, member, mark));
        if becomes.starts_with("`time`") || becomes.starts_with("what tells a retry") {
            // Tested by what they say, in the tests of the protocol.
            continue;
        }
        let event = read(object);
        if becomes == "nothing" {
            assert_eq!(event.record.attributes, nothing.record.attributes, "{members:?}");
            assert_eq!(without_id(event), without_id(nothing.clone()), "{members:?}");
        } else if becomes == "an attribute" {
            let attributes: Vec<_> = event.record.attributes.iter().map(|attribute| attribute.value.clone()).collect();
            assert_eq!(attributes, marks.iter().cloned().map(Value::Text).collect::<Vec<_>>(), "{members:?}");
        } else if becomes.starts_with("an identifier") {
            assert_eq!(event.user_id.as_ref(), marks.first(), "{members:?}");
        } else {
            let columns = quoted(becomes.split(';').next().unwrap());
            let values: Vec<_> = columns.iter().map(|name| column(&event, name).unwrap_or_default()).collect();
            assert_eq!(values.join(" "), marks.join(" "), "{members:?} become {columns:?}");
        }
    }
}

fn without_id(event: Event) -> Event {
    Event { message_id: String::new(), ..event }
}
