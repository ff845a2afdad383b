//! What a process knows to be secret without any mark by which it could be recognised: the name of its machine, and values
//! that it was given.

use std::borrow::Cow;

use super::{
    assigned::{has_word, is_secret_name as is_secret},
    text::{Word, begins_word, ends_word, is, placeholder, without_end},
};

/// What is shorter is a word of any text: a machine called `vm`, a password `abc`.
const SHORTEST: usize = 4;

/// What is shorter than this must stand by itself to be taken for a secret; what is longer is one wherever it stands.
const SHORTEST_INSIDE: usize = 8;

/// More values than this are no list of secrets any more; the bound keeps scrubbing linear in its text.
const MOST: usize = 256;

/// Values that say nothing, whatever they were given to.
static HARMLESS: [Word; 8] =
    Word::all(["localhost", "localdomain", "true", "false", "none", "null", "default", "anonymous"]);

/// Texts that are secret on this machine, for [`scrub_knowing`](super::scrub_knowing).
///
/// ```
/// use candor_privacy::{Known, scrub_knowing};
/// let mut known = Known::default();
/// known.host("lovelace.example.org");
/// known.secret("hunter2");
/// assert_eq!(scrub_knowing("hunter2@lovelace: no route", &known), "<secret>@<host>: no route");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The longest first, so that none hides in another one's rest.
    texts: Vec<Text>,
}

#[derive(Debug, Clone)]
struct Text {
    value: String,
    replacement: &'static str,
    /// Whether it is found inside of words as well.
    inside: bool,
}

impl Known {
    /// The name of the machine, with its domain or without. It is found in any case, and as a whole word.
    pub fn host(&mut self, name: &str) {
        let name = without_end(name.trim(), b".").to_ascii_lowercase();
        let short = name[..name.bytes().position(|byte| byte == b'.').unwrap_or(name.len())].to_owned();
        for value in [short, name] {
            self.add(Text { value, replacement: "<host>", inside: false });
        }
    }

    /// The home directory, wherever it is.
    pub fn home(&mut self, path: &str) {
        let value = without_end(path, b"/\\").to_owned();
        self.add(Text { value, replacement: "<home>", inside: false });
    }

    /// A value that nobody else may see; also as it is spelled inside of quotes.
    pub fn secret(&mut self, value: &str) {
        let value = value.trim();
        let inside = value.len() >= SHORTEST_INSIDE;
        for value in [value.to_owned(), quoted(value)] {
            self.add(Text { value, replacement: "<secret>", inside });
        }
    }

    fn add(&mut self, text: Text) {
        let is_known = self.texts.iter().any(|known| known.value == text.value);
        let is_harmless =
            text.value.len() < SHORTEST || HARMLESS.iter().any(|word| word.as_bytes() == text.value.as_bytes());
        if !is_known && !is_harmless && self.texts.len() < MOST {
            let at = self.texts.partition_point(|known| known.value.len() >= text.value.len());
            self.texts.insert(at, text);
        }
    }

    /// The text without them.
    pub(super) fn replace<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        for known in &self.texts {
            if let Some(replaced) = known.replaced(&text) {
                text = Cow::Owned(replaced);
            }
        }
        text
    }
}

impl Text {
    /// The text with this replaced; `None` where it is not in it.
    fn replaced(&self, text: &str) -> Option<String> {
        let mut out = None;
        let mut from = 0;
        while let Some((start, end)) = self.find(text, from) {
            let out: &mut String = out.get_or_insert_default();
            out.push_str(&text[from..start]);
            out.push_str(self.replacement);
            from = end;
        }
        let mut out = out?;
        out.push_str(&text[from..]);
        Some(out)
    }

    fn find(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let (bytes, value) = (text.as_bytes(), self.value.as_bytes());
        let first = *value.first()?;
        let mut at = from;
        loop {
            let last = bytes.len().checked_sub(value.len())?;
            let candidates = bytes.get(at..=last)?;
            at += candidates.iter().position(|byte| byte.eq_ignore_ascii_case(&first))?;
            let end = at + value.len();
            // A word of letters that stands in a placeholder was put there by a scrubber.
            let in_placeholder = at > 0 && placeholder(&bytes[at - 1..]) == Some(value.len() + 2);
            if self.is(&bytes[at..end]) && !in_placeholder && (self.inside || stands_alone(bytes, at, end)) {
                return Some((at, end));
            }
            at += 1;
        }
    }

    fn is(&self, bytes: &[u8]) -> bool {
        match self.replacement {
            "<host>" => is(bytes, self.value.as_bytes()),
            _ => bytes == self.value.as_bytes(),
        }
    }
}

/// The text as it stands between the quotes of programs and of JSON.
fn quoted(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 8);
    for sign in value.chars() {
        match sign {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '"' | '\\' => quoted.extend(['\\', sign]),
            sign => quoted.push(sign),
        }
    }
    quoted
}

/// Whether it is a word by itself, where an underscore parts words too: names are made of values by it.
fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let begins = begins_word(bytes, start) || bytes[start - 1] == b'_';
    begins && (ends_word(bytes, end) || bytes[end] == b'_')
}

/// Whether a variable or a setting of this name holds a secret, as far as its name says so.
///
/// ```
/// use candor_privacy::is_secret_name;
/// assert!(is_secret_name("GITHUB_TOKEN") && is_secret_name("db.password"));
/// assert!(!is_secret_name("PWD") && !is_secret_name("EDITOR"));
/// ```
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    const WORKING_DIRECTORIES: &[&str] = &["PWD", "OLDPWD"];
    static ALSO: [Word; 6] = Word::all(["auth", "cred", "dsn", "database_url", "connection_string", "webhook"]);
    let name_bytes = name.as_bytes();
    let ends_in_key = name_bytes.len() >= 3 && is(&name_bytes[name_bytes.len() - 3..], b"key");
    let is_known = ends_in_key || is_secret(name_bytes) || has_word(name_bytes, &ALSO);
    is_known && !WORKING_DIRECTORIES.contains(&name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scrub_knowing;

    fn known(hosts: &[&str], secrets: &[&str]) -> Known {
        let mut known = Known::default();
        hosts.iter().for_each(|host| known.host(host));
        secrets.iter().for_each(|secret| known.secret(secret));
        known
    }

    #[test]
    fn the_machines_name_goes_with_its_domain_and_without_in_any_case() {
        let known = known(&["Lovelace.example.org."], &[]);
        assert_eq!(scrub_knowing("lovelace: LOVELACE.EXAMPLE.ORG", &known), "<host>: <host>");
        assert_eq!(scrub_knowing("node_lovelace_up, lovelaces", &known), "node_<host>_up, lovelaces");
    }

    #[test]
    fn words_that_stand_for_nothing_stay() {
        let known = known(&["vm", "localhost"], &["true", "abc", ""]);
        assert_eq!(scrub_knowing("vm on localhost is true: abc", &known), "vm on localhost is true: abc");
    }

    #[test]
    fn a_short_secret_goes_as_a_word_and_a_long_one_from_inside_of_words() {
        let known = known(&[], &["hunt", "correct horse"]);
        assert_eq!(scrub_knowing("hunt, hunter, xcorrect horsex", &known), "<secret>, hunter, x<secret>x");
    }

    #[test]
    fn a_secret_goes_as_it_is_quoted_too() {
        let value = "two\nlines \"quoted\"";
        let known = known(&[], &[value]);
        let text = format!("Err({:?})", value);
        assert_eq!(scrub_knowing(&text, &known), "Err(\"<secret>\")");
    }

    #[test]
    fn a_home_that_no_rule_knows_goes_too() {
        let mut known = Known::default();
        known.home("/srv/people/ada/");
        assert_eq!(scrub_knowing("open /srv/people/ada/.netrc", &known), "open <home>/.netrc");
        assert_eq!(scrub_knowing("open /srv/people/adam", &known), "open /srv/people/adam");
    }

    #[test]
    fn secrets_in_the_words_of_placeholders_do_not_grow_at_every_pass() {
        let known = known(&["host", "user"], &["secret"]);
        let once = scrub_knowing("secret of user on host at 10.0.0.1", &known).into_owned();
        assert_eq!(once, "<secret> of <host> on <host> at <ip>");
        assert_eq!(scrub_knowing(&once, &known), once);
    }

    proptest! {
        #[test]
        fn a_known_secret_never_comes_out(
            secret in "[a-zA-Z0-9!?/ äöü\"\\\\-]{8,20}", before in "\\PC{0,10}", after in "\\PC{0,10}",
        ) {
            let secret = secret.trim();
            prop_assume!(secret.len() >= SHORTEST_INSIDE);
            let known = known(&["ada-laptop"], &[secret]);
            let scrubbed = scrub_knowing(&format!("{before}{secret}{after} {secret:?} ada-laptop"), &known).into_owned();
            prop_assert!(!scrubbed.contains(secret) && !scrubbed.contains("ada-laptop"), "{}", scrubbed);
            prop_assert_eq!(scrub_knowing(&scrubbed, &known).into_owned(), scrubbed.clone());
        }
    }
}
