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
use text::{Class, Finding};

/// Finds the first secret of one kind that begins at or after a place in a text.
type Recogniser = fn(&str, usize) -> Option<Finding>;

/// Every recogniser, and the bytes of which a text has at least one where there is something to find.
const RECOGNISERS: &[(Recogniser, Class)] = &[
    (private_key::find, Class::NONE.and(b"-")),
    (url::find_credentials, Class::NONE.and(b"@")),
    (url::find_query, Class::NONE.and(b"?#")),
    (token::find_jwt, Class::NONE.and(b".")),
    (token::find_bearer, Class::NONE.and(b" ")),
    (assigned::find, Class::NONE.and(b"=: ")),
    (token::find_known_prefix, Class::DIGIT.range(b'A', b'Z')),
    (cloud::find_arn, Class::NONE.and(b":")),
    (cloud::find_resource, Class::NONE.and(b"/")),
    (email::find, Class::NONE.and(b"@")),
    (home::find_server, Class::NONE.and(b"\\")),
    (home::find_user, Class::NONE.and(b"/\\~")),
    (uuid::find, Class::NONE.and(b"-")),
    (mac::find, Class::NONE.and(b":-.")),
    (ipv6::find, Class::NONE.and(b":")),
    (ipv4::find, Class::NONE.and(b".")),
    (ipv4::find_dashed, Class::NONE.and(b"-")),
    (cards::find, Class::DIGIT),
    (cloud::find_account, Class::DIGIT),
    (phone::find, Class::DIGIT),
    (entropy::find_signed, Class::DIGIT),
    (entropy::find_plain, Class::DIGIT),
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
    let mut present = Class::of(text);
    for (find, needs) in RECOGNISERS {
        let text = changed.as_deref().unwrap_or(text);
        if present.meets(needs)
            && let Some(replaced) = replace_all(text, *find)
        {
            present = Class::of(&replaced);
            changed = Some(replaced);
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
