//! Resources and accounts of cloud providers.

use super::text::{
    Class, Finding, Word, begins_word, end_of, ends_word, find, is, placeholder, runs, starts_with, without,
};

static ARN: Class = Class::BLANK_OR_QUOTE.and(b",;()[]{}<>").not();
static LETTER: Class = Class::LETTER;
static NAME: Class = Class::ALPHANUMERIC.and(b"-_.()");
static NUMBER: Class = Class::DIGIT.and(b"-");

/// An AWS resource name, `arn:aws:iam::123456789012:role/…`.
pub(super) fn find_arn(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(start) = find(text, at, "arn:aws") {
        let end = end_of(bytes, start, &ARN);
        if begins_word(bytes, start) {
            return Some(Finding { start, end, replacement: "<arn>" });
        }
        at = start + "arn:aws".len();
    }
    None
}

/// The components of Azure and Google paths that come before a name, and what stands for the name.
static CONTAINERS: [(Word, &str); 7] = [
    (Word::of("subscriptions/"), "<subscription>"),
    (Word::of("resourcegroups/"), "<group>"),
    (Word::of("tenants/"), "<tenant>"),
    (Word::of("projects/"), "<project>"),
    (Word::of("serviceaccounts/"), "<account>"),
    (Word::of("organizations/"), "<organization>"),
    (Word::of("billingaccounts/"), "<account>"),
];

/// What must follow a project's name to tell Google's path from a directory called `projects`.
static IN_PROJECT: [Word; 17] = Word::all([
    "zones",
    "regions",
    "locations",
    "global",
    "instances",
    "secrets",
    "topics",
    "subscriptions",
    "serviceaccounts",
    "datasets",
    "databases",
    "keyrings",
    "buckets",
    "repositories",
    "roles",
    "services",
    "clusters",
]);

/// The name after `subscriptions/`, `resourceGroups/`, `projects/` …
pub(super) fn find_resource(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (run, run_end) in runs(text, from, &LETTER) {
        let Some((_, replacement)) = CONTAINERS
            .iter()
            .find(|(name, _)| bytes.get(run..=run_end).is_some_and(|found| is(found, name.as_bytes())))
        else {
            continue;
        };
        let start = run_end + 1;
        let end = end_of(bytes, start, &NAME);
        let is_project = *replacement != "<project>"
            || bytes.get(end) == Some(&b'/')
                && IN_PROJECT.iter().any(|name| starts_with(&bytes[end + 1..], name.as_bytes()));
        if begins_word(bytes, run) && end > start && is_project && placeholder(&bytes[start..]).is_none() {
            return Some(Finding { start, end, replacement });
        }
    }
    None
}

/// The number of an AWS account: twelve digits, also in three groups.
pub(super) fn find_account(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (run, run_end) in runs(text, from, &NUMBER) {
        let (start, end) = without(b'-', bytes, run, run_end);
        let number = &bytes[start..end];
        let is_account = match number.len() {
            12 => !number.contains(&b'-'),
            14 => number.iter().enumerate().all(|(at, byte)| (*byte == b'-') == matches!(at, 4 | 9)),
            _ => false,
        };
        let begins = begins_word(bytes, start) || bytes[start - 1] == b'_';
        let ends = ends_word(bytes, end) || bytes[end] == b'_';
        if is_account && begins && ends {
            return Some(Finding { start, end, replacement: "<account>" });
        }
    }
    None
}
