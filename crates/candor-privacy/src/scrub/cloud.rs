//! Resources and accounts of cloud providers.

use super::text::{Finding, begins_word, end_of, ends_word, is_blank_or_quote, placeholder, runs, starts_with};

/// An AWS resource name, `arn:aws:iam::123456789012:role/…`.
pub(super) fn find_arn(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(offset) = text[at..].find("arn:aws") {
        let start = at + offset;
        let end = end_of(bytes, start, |byte| !is_blank_or_quote(byte) && !b",;()[]{}<>".contains(&byte));
        if begins_word(bytes, start) {
            return Some(Finding { start, end, replacement: "<arn>" });
        }
        at = start + "arn:aws".len();
    }
    None
}

/// The components of Azure and Google paths that come before a name, and what stands for the name.
const CONTAINERS: &[(&str, &str)] = &[
    ("subscriptions/", "<subscription>"),
    ("resourcegroups/", "<group>"),
    ("tenants/", "<tenant>"),
    ("projects/", "<project>"),
    ("serviceaccounts/", "<account>"),
    ("organizations/", "<organization>"),
    ("billingaccounts/", "<account>"),
];

/// What must follow a project's name to tell Google's path from a directory called `projects`.
const IN_PROJECT: &[&str] = &[
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
];

/// The name after `subscriptions/`, `resourceGroups/`, `projects/` …
pub(super) fn find_resource(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (run, run_end) in runs(text, from, |byte| byte.is_ascii_alphabetic()) {
        let Some((container, replacement)) =
            CONTAINERS.iter().find(|(name, _)| name.len() == run_end - run + 1 && starts_with(&bytes[run..], name))
        else {
            continue;
        };
        let start = run + container.len();
        let end = end_of(bytes, start, |byte| byte.is_ascii_alphanumeric() || b"-_.()".contains(&byte));
        let is_project = *container != "projects/"
            || bytes.get(end) == Some(&b'/') && IN_PROJECT.iter().any(|name| starts_with(&bytes[end + 1..], name));
        if begins_word(bytes, run) && end > start && is_project && placeholder(&bytes[start..]).is_none() {
            return Some(Finding { start, end, replacement });
        }
    }
    None
}

/// The number of an AWS account: twelve digits, also in three groups.
pub(super) fn find_account(text: &str, from: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    for (run, run_end) in runs(text, from, |byte| byte.is_ascii_digit() || byte == b'-') {
        let number = text[run..run_end].trim_matches('-');
        let start = run + text[run..run_end].len() - text[run..run_end].trim_start_matches('-').len();
        let end = start + number.len();
        let is_account = match number.len() {
            12 => !number.contains('-'),
            14 => number.split('-').map(str::len).eq([4, 4, 4]),
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
