//! What a change of the manifest means.

use candor_manifest::{Diff, Manifest, diff};

use crate::example::{changed, manifest};

fn change(from: &str, to: &str) -> Diff {
    diff(&manifest(), &Manifest::parse(&changed(from, to)).unwrap())
}

#[test]
fn a_manifest_does_not_differ_from_itself() {
    let same = diff(&manifest(), &manifest());
    assert_eq!(same.to_string(), "No change in what is collected.\n");
    assert!(!same.collects_more());
}

#[test]
fn whatever_collects_more_is_told_as_that() {
    for (from, to) in [
        ("[count.cache_hit]", "[count.cache_miss]"),
        ("[\"sqlite\", \"postgres\"], description", "[\"sqlite\", \"postgres\", \"mysql\"], description"),
        ("variables = [\"INVENTORY_NO_TELEMETRY\", ", "variables = ["),
        ("bounds = [0, 1, 10, 100]", "bounds = [0, 1, 2, 3, 4]"),
        ("level = \"stats\"", "level = \"errors\""),
        ("sample = 0.25", "sample = 0.5"),
        ("expires = 2027-06-30", "expires = 2028-06-30"),
        ("https://telemetry.example.org/in/", "https://other.example.org"),
        ("fields.pages =", "fields.items = { type = \"count\", description = \"How many items.\" }\nfields.pages ="),
        ("max_length = 16", "max_length = 32"),
        ("errors = [\"permission_denied\"", "errors = [\"permission_denied\", \"timeout\""),
    ] {
        assert!(change(from, to).collects_more(), "{to}");
    }
}

#[test]
fn less_and_other_words_are_not_more() {
    for (from, to) in [
        ("default = \"on\"", "default = \"ask\""),
        ("sample = 0.25", "sample = 0.125"),
        ("level = \"stats\"", "level = \"all\""),
        ("expires = 2027-06-30", "expires = 2026-12-31"),
        ("description = \"That resources were fetched.\"", "description = \"That it fetched.\""),
        ("[\"sqlite\", \"postgres\"], description", "[\"sqlite\"], description"),
        ("fields.pages = { type = \"count\", description = \"How many pages it answered.\" }", ""),
    ] {
        let diff = change(from, to);
        assert!(!diff.collects_more() && !diff.changes.is_empty(), "{to}\n{diff}");
    }
}

#[test]
fn a_reviewer_reads_a_line_a_change() {
    let text = changed("[count.cache_hit]", "[count.cache_miss]").replace("default = \"on\"", "default = \"ask\"");
    let text = text.replace("values = [\"sqlite\", \"postgres\"]", "values = [\"sqlite\", \"duckdb\"]");
    insta::assert_snapshot!(diff(&manifest(), &Manifest::parse(&text).unwrap()));
}
