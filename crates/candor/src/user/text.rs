//! Words for people, and lists for programs.

use candor_wire::{Timestamp, json};

/// A time as people read it: `2026-11-22 01:54 UTC`.
#[must_use]
pub fn shown(time: Timestamp) -> String {
    let text = time.to_string();
    let minute = text.get(..16).unwrap_or(&text);
    format!("{} UTC", minute.replace('T', " "))
}

/// `1 record`, `2 records`, `no records`.
pub(super) fn number(count: u64, one: &str) -> String {
    match count {
        0 => format!("no {one}s"),
        1 => format!("1 {one}"),
        more => format!("{more} {one}s"),
    }
}

/// Writes a list: each item by this function.
pub(super) fn list<T>(out: &mut String, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut String, T)) {
    out.push('[');
    for (position, item) in items.into_iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

/// An object as one line, its members by this function.
pub(super) fn object(members: impl FnOnce(&mut json::Object<'_>)) -> String {
    let mut text = String::new();
    write_object(&mut text, members);
    text
}

/// Writes an object, its members by this function.
pub(super) fn write_object(out: &mut String, members: impl FnOnce(&mut json::Object<'_>)) {
    let mut object = json::Object::begin(out);
    members(&mut object);
    object.end();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_minutes_and_numbers_in_words() {
        assert_eq!(shown(Timestamp::from_micros(0)), "1970-01-01 00:00 UTC");
        assert_eq!([0, 1, 2].map(|count| number(count, "record")).join(", "), "no records, 1 record, 2 records");
    }
}
