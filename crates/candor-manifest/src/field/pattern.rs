//! Which characters a name may have.

/// One class of characters, repeated: `[a-z0-9_.-]+`.
///
/// Only letters, digits and `_ . : + -` can be in it: with a space it would be free text, with `/` a path, with `@` an
/// address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pub(super) text: String,
    /// Inclusive, ascending, of ASCII.
    pub(super) ranges: Vec<(u8, u8)>,
}

impl Pattern {
    /// Reads `[a-z0-9_.-]+`.
    ///
    /// # Errors
    /// A text that is not one class and a `+`, or a class with a character that names may not have: a sentence that
    /// fits behind the pattern's name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let class = text.strip_prefix('[').and_then(|rest| rest.strip_suffix("]+"));
        let Some(class) = class.filter(|class| !class.is_empty()) else {
            return Err("is not one class of characters, repeated".to_owned());
        };
        let mut ranges = Vec::new();
        let mut rest = class.as_bytes();
        while let [first, tail @ ..] = rest {
            let (range, tail) = match tail {
                [b'-', last, tail @ ..] => ((*first, *last), tail),
                _ => ((*first, *first), tail),
            };
            if !is_range_of_names(range) {
                return Err(format!("allows more than letters, digits and `_ . : + -`, namely {}", spell(range)));
            }
            ranges.push(range);
            rest = tail;
        }
        ranges.sort_unstable();
        Ok(Self { text: text.to_owned(), ranges })
    }

    /// The pattern as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes it allows, as inclusive ranges.
    #[must_use]
    pub fn ranges(&self) -> &[(u8, u8)] {
        &self.ranges
    }

    /// Whether the whole text is made of these characters; not the empty one.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let allowed = |byte: u8| self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&byte));
        !text.is_empty() && text.bytes().all(allowed)
    }
}

/// A single mark, or a span inside one of the three alphabets.
fn is_range_of_names((first, last): (u8, u8)) -> bool {
    let inside = |alphabet: std::ops::RangeInclusive<u8>| alphabet.contains(&first) && alphabet.contains(&last);
    let mark = first == last && matches!(first, b'_' | b'.' | b':' | b'+' | b'-');
    first <= last && (mark || inside(b'a'..=b'z') || inside(b'A'..=b'Z') || inside(b'0'..=b'9'))
}

fn spell((first, last): (u8, u8)) -> String {
    let (first, last) = (char::from(first), char::from(last));
    if first == last { format!("{first:?}") } else { format!("{first:?} to {last:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_matches_its_characters_and_no_others() {
        let pattern = Pattern::parse("[a-z0-9_.-]+").expect("a pattern");
        for text in ["processes", "a", "aws_s3.buckets-v2", "-"] {
            assert!(pattern.matches(text), "{text}");
        }
        for text in ["", "A", "a b", "a/b", "a@b", "größe", "a\n"] {
            assert!(!pattern.matches(text), "{text:?}");
        }
        assert!(Pattern::parse("[-a]+").is_ok_and(|pattern| pattern.matches("-a-")));
    }

    #[test]
    fn patterns_that_allow_text_paths_or_addresses_are_refused() {
        for text in [
            "",
            "[]+",
            "[a-z]",
            "a+",
            "[a-z]+[0-9]+",
            "[ a-z]+",
            "[a-z/]+",
            "[@]+",
            "[z-a]+",
            "[A-z]+",
            "[^a]+",
            "[ä]+",
            "[\\w]+",
            "[+--]+",
            ".+",
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
