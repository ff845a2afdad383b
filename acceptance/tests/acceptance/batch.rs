//! Batches as a client of the Segment protocol sends them.

use std::fmt::Write;

/// A body of `POST /v1/batch` with one `track` event for each number, each with an id and the property `i` of its own.
pub(crate) fn tracks(event: &str, numbers: impl IntoIterator<Item = u64>) -> String {
    let mut body = String::from(r#"{"batch":["#);
    for (position, i) in numbers.into_iter().enumerate() {
        let comma = if position == 0 { "" } else { "," };
        write!(
            body,
            r#"{comma}{{"type":"track","messageId":"{event}-{i}","anonymousId":"anonymous","event":"{event}","properties":{{"i":{i}}}}}"#
        )
        .unwrap();
    }
    body.push_str("]}");
    body
}
