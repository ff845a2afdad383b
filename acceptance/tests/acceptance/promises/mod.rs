//! What two real products promised about their telemetry, each promise a test of the application in its place.

mod core;
mod secrets;
mod server;
mod sink;
mod tool;

use serde_json::Value;

/// The one row that has these values.
fn row<'a>(rows: &'a [Value], wanted: &[(&str, &str)]) -> &'a Value {
    let fits = |row: &&Value| wanted.iter().all(|(key, value)| row[key] == *value);
    let found: Vec<&Value> = rows.iter().filter(fits).collect();
    let [row] = found[..] else { panic!("one row with {wanted:?} in {rows:?}") };
    row
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_else(|| panic!("{key} in {row}"))
}

fn number(row: &Value, key: &str) -> u64 {
    row[key].as_u64().unwrap_or_else(|| panic!("{key} in {row}"))
}

fn sum(rows: &[Value], key: &str) -> u64 {
    rows.iter().map(|row| number(row, key)).sum()
}

/// A text of JSON in which every value of these keys is `*`: what two messages about the same may differ in.
fn masked(text: &str, keys: &[&str]) -> String {
    keys.iter().fold(text.to_owned(), |text, key| {
        let key = format!("\"{key}\":");
        let (first, rest) = text.split_once(&key).map_or((text.as_str(), None), |(first, rest)| (first, Some(rest)));
        let masked = rest.into_iter().flat_map(|rest| rest.split(&key));
        let masked = masked.map(|part| &part[part.find([',', '}']).unwrap_or(part.len())..]);
        masked.fold(first.to_owned(), |text, part| text + &key + "*" + part)
    })
}

/// The items of each batch in an order of their own, behind the rest of the text: sums have none.
fn sorted(text: &str) -> String {
    const BEGINNING: &str = r#"{"batch":["#;
    let (mut rest, mut batches) = (String::new(), String::new());
    for (place, part) in text.split(BEGINNING).enumerate() {
        let Some((batch, behind)) = part.split_once(r#"],"sentAt""#).filter(|_| place > 0) else {
            rest += part;
            continue;
        };
        let items = batch.split(r#",{"type":"#).map(|item| item.trim_start_matches(r#"{"type":"#));
        let mut items: Vec<&str> = items.collect();
        items.sort_unstable();
        rest += behind;
        batches = batches + "\n" + &items.join("\n");
    }
    rest + &batches
}

#[test]
fn values_are_masked_and_the_rest_is_left_as_it_is() {
    let text = r#"[{"id":"a","n":1},{"id":"b","n":2}]"#;
    assert_eq!(masked(text, &["id"]), r#"[{"id":*,"n":1},{"id":*,"n":2}]"#);
    assert_eq!(masked(text, &["id", "n"]), r#"[{"id":*,"n":*},{"id":*,"n":*}]"#);
    assert_eq!(masked(text, &["x"]), text);
}
