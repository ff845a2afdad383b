use candor_wire::{Event, Limits, aptabase::decode};
use serde_json::{Map, Value as Json};

use super::{received, try_out};

#[test]
fn what_aptabases_clients_send_becomes_what_the_document_says() {
    try_out("aptabase", |mut item: Map<String, Json>| -> Event {
        item.entry("eventName").or_insert_with(|| "e".into());
        let body = Json::from(item).to_string();
        decode(body.as_bytes(), received(), &Limits::default()).unwrap().items.remove(0).unwrap()
    });
}
