//! Texts without what tells a person or a machine.
//!
//! Each kind of secret has a file with one function, which finds the first of its kind from a place on. They run one
//! after the other, each over what the ones before left, in an order in which the larger thing comes first: a URL's
//! password before an address in its host. What is found is replaced by a word in angle brackets that keeps the shape
//! that grouping needs.
//!
//! Every recogniser looks at each byte a bounded number of times, so the whole is linear in the text.

mod assigned;
mod cards;
mod cloud;
mod email;
mod entropy;
mod home;
mod ipv4;
mod ipv6;
mod known;
mod mac;
mod phone;
mod private_key;
mod text;
mod token;
mod url;
mod uuid;

use std::borrow::Cow;

pub use known::{Known, is_secret_name};
use text::Finding;

/// Finds the first secret of one kind that begins at or after a place in a text.
type Recogniser = fn(&str, usize) -> Option<Finding>;

/// Every recogniser, and the byte without which it cannot find anything (none: it must always look).
const RECOGNISERS: &[(Recogniser, Option<u8>)] = &[
    (private_key::find, Some(b'-')),
    (url::find_credentials, Some(b'@')),
    (url::find_query, Some(b':')),
    (token::find_jwt, Some(b'.')),
    (token::find_bearer, Some(b' ')),
    (assigned::find, None),
    (token::find_known_prefix, None),
    (cloud::find_arn, Some(b':')),
    (cloud::find_resource, Some(b'/')),
    (email::find, Some(b'@')),
    (home::find_server, Some(b'\\')),
    (home::find_user, None),
    (uuid::find, Some(b'-')),
    (mac::find, None),
    (ipv6::find, Some(b':')),
    (ipv4::find, Some(b'.')),
    (ipv4::find_dashed, Some(b'-')),
    (cards::find, None),
    (cloud::find_account, None),
    (phone::find, None),
    (entropy::find_signed, None),
    (entropy::find_plain, None),
];

/// The text without home directories and user names in paths, credentials and queries of URLs, e-mail addresses, IP and
/// MAC addresses, UUIDs, cloud resource names and account ids, keys, tokens, passwords, card and phone numbers, and
/// whatever else looks random. Each is replaced by a word such as `<user>`, `<ip>` or `<secret>`.
///
/// It never fails, takes time linear in the text, borrows what has nothing to replace, and `scrub(scrub(x)) == scrub(x)`.
/// It errs towards removing: a version number of four small parts is taken for an address.
///
/// ```
/// use candor_privacy::scrub;
/// assert_eq!(scrub("open /home/ada/.netrc: permission denied"), "open /home/<user>/.netrc: permission denied");
/// assert_eq!(scrub("std::vec 1.4.0 on x86_64-unknown-linux-gnu"), "std::vec 1.4.0 on x86_64-unknown-linux-gnu");
/// ```
#[must_use]
pub fn scrub(text: &str) -> Cow<'_, str> {
    recognised(Cow::Borrowed(text))
}

/// Like [`scrub`], and without what this process knows to be secret.
#[must_use]
pub fn scrub_knowing<'t>(text: &'t str, known: &Known) -> Cow<'t, str> {
    // First: a recogniser may take a part of one, and leave the rest.
    recognised(known.replace(text))
}

fn recognised(mut text: Cow<'_, str>) -> Cow<'_, str> {
    if is_word(&text) {
        return text;
    }
    for _ in 0..MOST_ROUNDS {
        match round(&text) {
            Some(replaced) => text = Cow::Owned(replaced),
            None => break,
        }
    }
    text
}

/// Most names and values are such words, and no recogniser finds anything in one: each needs a digit, a capital or a sign.
fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// What is replaced may have hidden what stood beside it, so a text that changed is looked at again. Real texts take two
/// rounds; the bound keeps the worst one linear.
const MOST_ROUNDS: usize = 8;

/// The text after every recogniser ran over it once; `None` where none of them found anything.
fn round(text: &str) -> Option<String> {
    let mut changed: Option<String> = None;
    for (find, needs) in RECOGNISERS {
        let text = changed.as_deref().unwrap_or(text);
        if needs.is_none_or(|byte| text.as_bytes().contains(&byte)) {
            changed = replace_all(text, *find).or(changed);
        }
    }
    changed
}

fn replace_all(text: &str, find: Recogniser) -> Option<String> {
    let mut finding = find(text, 0)?;
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    loop {
        out.push_str(&text[from..finding.start]);
        out.push_str(finding.replacement);
        from = finding.end;
        match find(text, from) {
            Some(next) => finding = next,
            None => break,
        }
    }
    out.push_str(&text[from..]);
    Some(out)
}
