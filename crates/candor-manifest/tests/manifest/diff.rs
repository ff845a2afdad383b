//! What a change of the manifest means, for its reviewer and for the user who agreed to the old one.

use candor_manifest::{Manifest, diff};
use proptest::prelude::*;

use crate::example::{TEXT, changed, manifest};

/// What stands in the example, and what stands there step by step: each step collects more than the one before.
const STEPS: &[(&str, &[&str])] = &[
    ("default = \"on\"", &["default = \"off\"", "default = \"ask\"", "default = \"on\""]),
    ("non_interactive = \"notice\"", &["non_interactive = \"local\"", "non_interactive = \"notice\""]),
    (
        IDENTITY,
        &[NONE, ROTATING, "mode = \"rotating\"\n[identity.database]\ndescription = \"x\"\nwhy = \"x\"", IDENTITY],
    ),
    (
        "level = \"stats\"\ncollect = \"aggregate\"",
        &[
            "level = \"all\"\ncollect = \"aggregate\"",
            "level = \"stats\"\ncollect = \"aggregate\"",
            "level = \"errors\"\ncollect = \"aggregate\"",
        ],
    ),
    (
        "level = \"stats\"\ncollect = \"aggregate\"",
        &["level = \"all\"\ncollect = \"aggregate\"", "level = \"all\"\ncollect = \"each\"\neach_reason = \"x\""],
    ),
    ("messages = \"scrubbed\"", &["messages = \"none\"", "messages = \"static\"", "messages = \"scrubbed\""]),
    ("values = [\"sqlite\", \"postgres\"], ", &["values = [\"sqlite\"], ", "values = [\"sqlite\", \"mysql\"], "]),
    ("values = [\"sqlite\", \"postgres\"]\n", &["values = [\"sqlite\"]\n", "values = [\"sqlite\", \"mysql\"]\n"]),
    ("errors = [\"permission_denied\", \"disk_full\"]", &["", "errors = [\"timeout\"]"]),
    ("fields.pages = { type = \"count\", description = \"How many pages it answered.\" }", &["", PAGES]),
    ("[operation.fetch.parts.store]\ndescription = \"Writing to the database.\"", &["", STORE]),
];

const IDENTITY: &str = "mode = \"installation\"\nfile = \".cq/telemetry-random-id\"\n\
    reason = \"To tell how many use a provider from how often it is used.\"\n\n[identity.database]\n\
    description = \"An id that the database made for itself when it was created.\"\n\
    why = \"To tell how many databases there are from how many computers write to them.\"";
const NONE: &str = "mode = \"none\"";
const ROTATING: &str = "mode = \"rotating\"";
const PAGES: &str = "fields.pages = { type = \"count\", description = \"x\" }";
const STORE: &str = "[operation.fetch.parts.store]\ndescription = \"x\"";

/// What cannot be put in an order, or has one of too many steps to list: any change makes another line, and these, of the
/// example, collect more.
const MORE: &[(&str, &str)] = &[
    ("[count.cache_hit]", "[count.cache_miss]"),
    ("variables = [\"INVENTORY_NO_TELEMETRY\", ", "variables = ["),
    ("flags = [\"--no-telemetry\"]", ""),
    ("level_variable = \"INVENTORY_TELEMETRY_LEVEL\"", ""),
    ("bounds = [0, 1, 10, 100]", "bounds = [0, 1, 2, 3, 4]"),
    ("sample = 0.25", "sample = 0.5"),
    ("sample = 0.25\n", ""),
    ("expires = 2027-06-30", "expires = 2028-06-30"),
    ("expires = 2027-06-30", "expires = \"never\"\nexpires_reason = \"x\""),
    ("expires = 2027-06-30", "expires = \"3.0\""),
    ("expires = \"2.0\"", "expires = \"3.0\""),
    ("https://telemetry.example.org/in/", "https://other.example.org"),
    ("@crashes.example.org", "@other.example.org"),
    ("operator = \"The inventory project\"", "operator = \"A bank\""),
    ("pages = { type = \"count\"", "pages = { type = \"duration\""),
    ("max_length = 16", "max_length = 32"),
    ("max_length = 32, max_distinct = 64", "max_length = 32, max_distinct = 65"),
];

/// Other words.
const WORDS: &[(&str, &str)] = &[
    ("description = \"That resources were fetched.\"", "description = \"That it fetched.\""),
    ("why = \"To size the cache.\"", "why = \"To know its size.\""),
    ("expires_reason = \"It is what the tool is for.\"", "expires_reason = \"It always is.\""),
    ("flag = \"--inspect-telemetry\"\n", ""),
    ("why = \"To tell how many databases", "why = \"To count how many databases"),
];

/// Less, of what has an order of too many steps: not called more, but told again.
const LESS: &[(&str, &str)] = &[("sample = 0.25", "sample = 0.125"), ("expires = 2027-06-30", "expires = 2026-12-31")];

/// The example with one text replaced by another.
fn example(from: &str, to: &str) -> Manifest {
    let text = changed(from, to);
    Manifest::parse(&text).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

/// The lines that the user did not agree to.
fn new_lines(old: &Manifest, new: &Manifest) -> Vec<String> {
    let agreed = old.collects();
    new.collects().into_iter().filter(|line| !agreed.contains(line)).collect()
}

#[test]
fn a_manifest_does_not_differ_from_itself() {
    let same = diff(&manifest(), &manifest());
    assert_eq!(same.to_string(), "No change in what is collected.\n");
    assert!(!same.collects_more());
}

#[test]
fn a_step_up_collects_more_and_a_step_down_was_agreed_to() {
    for (stands, steps) in STEPS {
        for step in steps.windows(2) {
            let (low, high) = (example(stands, step[0]), example(stands, step[1]));
            let (up, down) = (diff(&low, &high), diff(&high, &low));
            assert!(up.collects_more() && !new_lines(&low, &high).is_empty(), "{step:?}\n{up}");
            assert!(!down.collects_more() && !down.changes.is_empty(), "{step:?}\n{down}");
            assert_eq!(new_lines(&high, &low), Vec::<String>::new(), "{step:?}");
        }
    }
}

#[test]
fn whatever_collects_more_is_told_as_that_and_was_not_agreed_to() {
    for (from, to) in MORE {
        let changed = example(from, to);
        let diff = diff(&manifest(), &changed);
        assert!(diff.collects_more() && !new_lines(&manifest(), &changed).is_empty(), "{to}\n{diff}");
    }
}

#[test]
fn less_and_other_words_are_not_more() {
    for (lines, changes) in [(0, WORDS), (1, LESS)] {
        for (from, to) in changes {
            let changed = example(from, to);
            let diff = diff(&manifest(), &changed);
            assert!(!diff.collects_more() && !diff.changes.is_empty(), "{to}\n{diff}");
            assert_eq!(new_lines(&manifest(), &changed).len(), lines, "{to}");
        }
    }
}

#[test]
fn a_new_section_is_agreed_to_by_its_name() {
    for (section, line) in [
        ("[crash]", "crash"),
        ("[error.database]", "error.database"),
        ("[identity.database]", "identity.database"),
        ("[operation.fetch.parts.collect]", "operation.fetch.part.collect.pages"),
        ("[component.provider]", "component.provider"),
        ("[count.invocation.fields]", "count.invocation.flag"),
    ] {
        let (start, rest) = TEXT.split_at(TEXT.find(section).unwrap());
        let rest = &rest[rest.find("\n\n[").map_or(rest.len(), |end| end + 2)..];
        let (old, new) = (Manifest::parse(&format!("{start}{rest}")).unwrap(), manifest());
        let lines = new_lines(&old, &new);
        assert!(lines.iter().any(|new| new == line), "{section}: {lines:?}");
        assert!(diff(&old, &new).collects_more() && !diff(&new, &old).collects_more(), "{section}");
        assert_eq!(new_lines(&new, &old), Vec::<String>::new(), "{section}");
    }
}

#[test]
fn what_a_user_agrees_to_is_a_line_each() {
    let lines = manifest().collects();
    let mut sorted = lines.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(lines, sorted, "sorted, and none twice");
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_reviewer_reads_a_line_a_change() {
    let text = changed("[count.cache_hit]", "[count.cache_miss]").replace("default = \"on\"", "default = \"ask\"");
    let text = text.replace("values = [\"sqlite\", \"postgres\"]", "values = [\"sqlite\", \"duckdb\"]");
    let text = text.replace("messages = \"scrubbed\"", "messages = \"static\"").replace("sample = 0.25\n", "");
    insta::assert_snapshot!(diff(&manifest(), &Manifest::parse(&text).unwrap()));
}

/// The example without some of its lines, where that is still a manifest.
fn cut() -> impl Strategy<Value = Option<Manifest>> {
    let lines = TEXT.lines().count();
    (0..lines, 0..12_usize).prop_map(|(from, length)| {
        let kept: Vec<&str> = TEXT
            .lines()
            .enumerate()
            .filter(|(i, _)| !(from..from + length).contains(i))
            .map(|(_, line)| line)
            .collect();
        Manifest::parse(&kept.join("\n")).ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn nothing_more_is_collected_than_was_agreed_to(old in cut(), new in cut()) {
        if let (Some(old), Some(new)) = (old, new)
            && diff(&old, &new).collects_more()
        {
            prop_assert!(!new_lines(&old, &new).is_empty(), "{}", diff(&old, &new));
        }
    }
}
