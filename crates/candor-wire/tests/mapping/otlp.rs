use candor_wire::{
    Event, Limits,
    otlp::{Encoding, Signal, decode},
};
use serde_json::{Map, Value as Json, json};

use super::{received, try_out};

/// The attributes that an object of objects stands for: names go on after dots.
fn attributes(object: Map<String, Json>, before: &str, list: &mut Vec<Json>) {
    for (name, value) in object {
        let name = format!("{before}{name}");
        match value {
            Json::Object(inner) => attributes(inner, &format!("{name}."), list),
            text => list.push(json!({"key": name, "value": {"stringValue": text}})),
        }
    }
}

#[test]
fn what_exporters_say_of_a_resource_becomes_what_the_document_says() {
    try_out("otlp-resource", |said| -> Event {
        let mut list = Vec::new();
        attributes(said, "", &mut list);
        let scopes = json!([{"logRecords": [{"eventName": "e", "timeUnixNano": "1795312799500000000"}]}]);
        let body = json!({"resourceLogs": [{"resource": {"attributes": list}, "scopeLogs": scopes}]});
        let read = decode(body.to_string().as_bytes(), Signal::Logs, Encoding::Json, received(), &Limits::default());
        read.unwrap().items.remove(0).unwrap()
    });
}
