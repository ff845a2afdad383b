//! How things may be called, and what Rust calls them.

/// The longest name of a record, a part, a field or a listed value, in bytes.
pub const MAX_NAME_LENGTH: usize = 48;

/// Names that a field may not have: the words that the wire gives a meaning of its own (docs/wire.md), the columns that
/// every fact has, and a word by which the collected things are listed.
pub const RESERVED: &[&str] = &[
    // The wire's words.
    "component_version",
    "count",
    "duration_ms",
    "durations",
    "error_class",
    "name",
    "outcome",
    "parent",
    "parts",
    // The columns of facts.
    "agent",
    "arch",
    "attributes",
    "built",
    "channel",
    "ci",
    "commit",
    "container",
    "country",
    "database",
    "day",
    "duration_bucket",
    "installation",
    "interactive",
    "kind",
    "os",
    "os_version",
    "project",
    "region",
    "run",
    "runtime",
    "sdk",
    "sdk_version",
    "time",
    "version",
    // `operation.fetch.each` says that fetches are reported one by one (`Manifest::collects`).
    "each",
];

/// Whether it may name a field: lower-case words joined by `_`.
#[must_use]
pub fn is_field_name(name: &str) -> bool {
    is_made_of_words(name, &['_'], true)
}

/// Whether it may name a record or a part: lower-case words joined by `_`, `-` or a space.
#[must_use]
pub fn is_record_name(name: &str) -> bool {
    is_made_of_words(name, &['_', '-', ' '], true)
}

/// Whether it may be a listed value: lower-case words or numbers joined by `_`, `-` or `.`.
#[must_use]
pub fn is_value_name(name: &str) -> bool {
    is_made_of_words(name, &['_', '-', '.'], false)
}

fn is_made_of_words(name: &str, joints: &[char], letter_first: bool) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.len() <= MAX_NAME_LENGTH
        && name.split(joints).all(is_word)
        && (!letter_first || name.starts_with(|first: char| first.is_ascii_lowercase()))
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['_', '-', ' ', '.'])
}

/// The module of a record or part: `policy run` becomes `policy_run`.
#[must_use]
pub fn module_name(name: &str) -> String {
    words(name).collect::<Vec<_>>().join("_")
}

/// The constant of a field: `resources` becomes `RESOURCES`.
#[must_use]
pub fn field_constant(name: &str) -> String {
    name.to_ascii_uppercase()
}

/// The type, variant or record constant: `policy run` becomes `PolicyRun`, `3.11` becomes `V3_11`.
#[must_use]
pub fn type_name(name: &str) -> String {
    let mut made = String::with_capacity(name.len() + 1);
    for word in words(name) {
        let digit_first = word.starts_with(|first: char| first.is_ascii_digit());
        match made.chars().last() {
            None if digit_first => made.push('V'),
            Some(last) if digit_first && last.is_ascii_digit() => made.push('_'),
            _ => {}
        }
        let (head, tail) = word.split_at(word.len().min(1));
        made.push_str(&head.to_ascii_uppercase());
        made.push_str(tail);
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_the_rust_names_that_a_reader_expects() {
        for (name, module, type_of) in [
            ("fetch", "fetch", "Fetch"),
            ("policy run", "policy_run", "PolicyRun"),
            ("dry-run_2", "dry_run_2", "DryRun2"),
            ("x86_64", "x86_64", "X86_64"),
            ("3.11", "3_11", "V3_11"),
        ] {
            assert_eq!((module_name(name).as_str(), type_name(name).as_str()), (module, type_of));
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for name in ["", " ", "Fetch", "fetch ", "fetch  all", "1st", "fetch!", "a_", "_a", "größe", &"a".repeat(49)]
        {
            assert!(!is_record_name(name), "{name:?}");
            assert!(!is_field_name(name), "{name:?}");
        }
        assert!(!is_field_name("policy run"));
        assert!(is_value_name("3.11") && !is_value_name("a b") && !is_value_name("a@b"));
    }

    #[test]
    fn every_word_of_the_wire_document_is_reserved() {
        let document = include_str!("../../../docs/wire.md");
        let rows = document.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| record |"));
        let mut checked = 0;
        for row in rows.filter(|row| row.split('|').count() == 5) {
            let words = row.split('|').nth(3).unwrap_or_default();
            // What stands in brackets explains a word.
            let bare = words.split('(').next().unwrap_or_default();
            for word in bare.split('`').skip(1).step_by(2) {
                assert!(RESERVED.contains(&word), "`{word}` of docs/wire.md is not reserved");
                checked += 1;
            }
        }
        assert!(checked >= 10, "the table of docs/wire.md was not found");
    }
}
