use candor_wire::{
    Event, Limits,
    posthog::{Endpoint, Head, decode},
};
use serde_json::{Map, Value as Json};

use super::{received, try_out};

#[test]
fn what_posthogs_clients_send_becomes_what_the_document_says() {
    try_out("posthog", |mut event: Map<String, Json>| -> Event {
        event.entry("event").or_insert_with(|| "e".into());
        let head = Head::new(Endpoint::Capture);
        let body = Json::from(event).to_string();
        decode(body.as_bytes(), &head, received(), &Limits::default()).unwrap().items.remove(0).unwrap()
    });
}
