//! The lines of an envelope.

use candor_wire::{DecodeError, Dropped, sentry::Endpoint};

use super::{ID, read};

/// The reasons of dropped items, and `kept` for the others.
fn fates(body: impl AsRef<[u8]>) -> Vec<&'static str> {
    let items = read(body, Endpoint::Envelope).unwrap().items;
    items.iter().map(|item| item.as_ref().map_or_else(|dropped| dropped.code(), |_| "kept")).collect()
}

#[test]
fn items_end_where_they_say_or_with_their_line() {
    let body = "{}\r\n{\"type\":\"event\",\"length\":3}\n{\n}\n\n{\"type\":\"event\"}\n{}\n{\"type\":\"event\",\"length\":2}\n{}";
    assert_eq!(fates(body), ["kept", "kept", "kept"]);
    assert_eq!(fates("{}"), [""; 0]);
    assert_eq!(fates("{}\n\n\n"), [""; 0]);
    assert_eq!(fates("{}\n{\"type\":\"event\"}"), [Dropped::NotJson.code()], "an empty event is none");
}

#[test]
fn bytes_that_are_no_text_cost_their_item_alone() {
    let mut body =
        b"{}\n{\"type\":\"attachment\",\"length\":5}\n\xff\n\0\n\xfe\n{\"type\":\"event\"}\n{\"a\":\"\xff\"}\n"
            .to_vec();
    body.extend(b"{\"type\":\"event\"}\n[1]\n{\"type\":\"event\"}\n{}\n{}\n{}\n");
    assert_eq!(fates(body), ["not_kept", "not_json", "not_an_object", "kept", "missing_type"]);
}

#[test]
fn an_envelope_that_cannot_be_taken_apart_is_refused_with_its_place() {
    let read = |body: &str| read(body, Endpoint::Envelope).map(|decoded| decoded.items.len());
    assert_eq!(read(""), Err(DecodeError::Truncated));
    assert_eq!(read("{\"event_id\":"), Err(DecodeError::Truncated));
    assert_eq!(read("[]"), Err(DecodeError::NotABatch));
    assert_eq!(read("{}\n{\"type\":\"event\",\"length\":3}\n{}"), Err(DecodeError::Truncated));
    assert_eq!(read("{}\n{\"type\":\"event\",\"length\":-3}\n{}"), Err(DecodeError::Truncated));
    assert_eq!(read("{}\n{\"type\":\"event\"}\n{}\nnothing"), Err(DecodeError::NotJson { line: 4, column: 2 }),);
}

#[test]
fn the_key_and_the_id_are_those_of_the_header() {
    let hyphens = "5f0c9e1a-0b1e-4d56-b0c8-5f0c9e1a0b1e";
    let body = format!("{{\"dsn\":\"https://k3y@host/1\",\"event_id\":\"{hyphens}\"}}\n{{\"type\":\"event\"}}\n{{}}");
    let decoded = read(body, Endpoint::Envelope).unwrap();
    assert_eq!((decoded.public_key.as_deref(), decoded.event_id.as_deref()), (Some("k3y"), Some(hyphens)));
    assert_eq!(decoded.items[0].as_ref().unwrap().message_id, ID);
    let decoded = read("{\"dsn\":\"nonsense\",\"event_id\":\"<script>\"}", Endpoint::Envelope).unwrap();
    assert_eq!((decoded.public_key, decoded.event_id), (None, None));
}

#[test]
fn the_body_of_the_old_route_is_an_event() {
    let decoded = read(format!("{{\"event_id\":\"{ID}\",\"message\":\"m\"}}"), Endpoint::Store).unwrap();
    assert_eq!((decoded.event_id.as_deref(), decoded.items.len()), (Some(ID), 1));
    for (body, error) in
        [("", DecodeError::Truncated), ("[]", DecodeError::NotABatch), ("{\"a\"", DecodeError::Truncated)]
    {
        assert_eq!(read(body, Endpoint::Store), Err(error));
    }
    assert_eq!(read(b"{\"a\":\"\xff\"}", Endpoint::Store), Err(DecodeError::InvalidUtf8));
}
