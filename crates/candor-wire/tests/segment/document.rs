//! docs/wire.md says what the code does.

use candor_wire::{DecodeError, Dropped};

/// The first column of the table that follows this sentence.
fn codes_after(sentence: &str) -> Vec<&'static str> {
    let document = include_str!("../../../../docs/wire.md");
    let (_, after) = document.split_once(sentence).unwrap();
    let rows = after.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    rows.filter_map(|row| row.strip_prefix("| `")?.split_once('`')).map(|(code, _)| code).collect()
}

#[test]
fn the_document_lists_every_code_and_no_other() {
    assert_eq!(codes_after("is refused with one of these codes:"), DecodeError::CODES);
    let dropped: Vec<_> = Dropped::ALL.iter().map(|dropped| dropped.code()).collect();
    assert_eq!(codes_after("is dropped with one of these,"), dropped);
}
