//! Looking into JSON: whether a text is JSON, and what a member of an object says.

/// As deep as `serde_json` goes; who nests deeper wants to exhaust the stack.
const MAX_DEPTH: usize = 128;

/// Whether the text is one JSON value and nothing else.
#[must_use]
pub fn is_value(text: &str) -> bool {
    let mut rest = Rest(text.as_bytes());
    rest.value(MAX_DEPTH).is_some() && rest.0.trim_ascii_start().is_empty()
}

/// The member of this name as the object spells its value, the first one where there are several; `None` where the text
/// is not an object up to there. A name that is spelled with escapes is not found.
#[must_use]
pub fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = Rest(object.as_bytes());
    rest.byte(b'{')?;
    loop {
        rest.blank();
        let key = rest.string()?;
        rest.byte(b':')?;
        rest.blank();
        let before = object.len() - rest.0.len();
        rest.value(MAX_DEPTH)?;
        if key == name.as_bytes() {
            return object.get(before..object.len() - rest.0.len());
        }
        rest.byte(b',')?;
    }
}

/// The items of an array as it spells them; `None` where the text is no array.
#[must_use]
pub fn items(array: &str) -> Option<Vec<&str>> {
    let mut rest = Rest(array.as_bytes());
    let mut items = Vec::new();
    rest.byte(b'[')?;
    if rest.byte(b']').is_some() {
        return Some(items);
    }
    loop {
        rest.blank();
        let before = array.len() - rest.0.len();
        rest.value(MAX_DEPTH)?;
        items.push(array.get(before..array.len() - rest.0.len())?);
        if rest.byte(b']').is_some() {
            return Some(items);
        }
        rest.byte(b',')?;
    }
}

/// The text that a value of JSON stands for; `None` when it is no text, or none that can be written in UTF-8.
#[must_use]
pub fn text(value: &str) -> Option<String> {
    let mut rest = value.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(rest.len());
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let (escape, behind) = (rest.as_bytes().get(at + 1)?, rest.get(at + 2..)?);
        rest = behind;
        text.push(match escape {
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let (escaped, behind) = unicode(rest)?;
                rest = behind;
                escaped
            }
            b'"' | b'\\' | b'/' => char::from(*escape),
            _ => return None,
        });
    }
    text.push_str(rest);
    Some(text)
}

/// What the digits behind `\u` stand for, in pairs beyond the first 65,536 characters, and what follows them.
fn unicode(digits: &str) -> Option<(char, &str)> {
    let unit = |text: &str| u32::from_str_radix(text.get(..4)?, 16).ok();
    let first = unit(digits)?;
    let rest = &digits[4..];
    match rest.strip_prefix("\\u") {
        Some(low) if (0xd800..0xdc00).contains(&first) => {
            let second = unit(low)?.checked_sub(0xdc00).filter(|second| *second < 0x400)?;
            Some((char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second)?, &low[4..]))
        }
        _ => Some((char::from_u32(first)?, rest)),
    }
}

/// What was not looked at yet. Every method takes what it is named after from the front, or says `None`.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn value(&mut self, depth: usize) -> Option<()> {
        self.blank();
        match self.0.first()? {
            b'{' => self.list(b'}', depth, |rest, depth| {
                rest.blank();
                rest.string()?;
                rest.byte(b':')?;
                rest.value(depth)
            }),
            b'[' => self.list(b']', depth, Self::value),
            b'"' => self.string().map(drop),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number(),
        }
    }

    fn list(&mut self, end: u8, depth: usize, item: fn(&mut Self, usize) -> Option<()>) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.0 = &self.0[1..];
        if self.byte(end).is_some() {
            return Some(());
        }
        loop {
            item(self, depth)?;
            if self.byte(end).is_some() {
                return Some(());
            }
            self.byte(b',')?;
        }
    }

    /// What stands between the quotes.
    fn string(&mut self) -> Option<&'a [u8]> {
        let inside = self.0.strip_prefix(b"\"")?;
        let mut at = 0;
        loop {
            at += match (inside.get(at)?, inside.get(at + 1)) {
                (b'"', _) => break,
                (b'\\', Some(b'u')) if inside.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => 6,
                (b'\\', Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')) => 2,
                (0x20.., _) if inside[at] != b'\\' => 1,
                _ => return None,
            };
        }
        self.0 = &inside[at + 1..];
        Some(&inside[..at])
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.word(b"-");
        if self.word(b"0").is_none() {
            self.digits()?;
        }
        if self.word(b".").is_some() {
            self.digits()?;
        }
        if matches!(self.0.first(), Some(b'e' | b'E')) {
            self.0 = &self.0[1..];
            if matches!(self.0.first(), Some(b'+' | b'-')) {
                self.0 = &self.0[1..];
            }
            self.digits()?;
        }
        Some(())
    }

    #[inline(never)]
    fn digits(&mut self) -> Option<()> {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.0 = &self.0[count..];
        (count > 0).then_some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(word)?;
        Some(())
    }

    // One copy each of what is asked for at every step.
    #[inline(never)]
    fn byte(&mut self, byte: u8) -> Option<()> {
        self.blank();
        self.word(&[byte])
    }

    #[inline(never)]
    fn blank(&mut self) {
        let blanks = self.0.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.0 = &self.0[blanks..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, value::RawValue};

    fn agrees(text: &str) {
        assert_eq!(is_value(text), serde_json::from_str::<&RawValue>(text).is_ok(), "{text:?}");
    }

    #[test]
    fn what_json_is_and_what_it_is_not() {
        for text in [
            "",
            " ",
            "null",
            "nul",
            "nulll",
            " true ",
            "[]",
            "[ ]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{}",
            "{\"a\":1,}",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{\"a\" : [ {\"b\":null} , 2 ] }",
            "{}{}",
            "\"a",
            "\"\\u12g4\"",
            "\"\\ud800\"",
            "\"\\x\"",
            "\"\\",
            "\"\u{1}\"",
            "\"\u{e4}\"",
            "0",
            "-0",
            "01",
            "-",
            "1.",
            ".1",
            "1.5e",
            "1.5E+10",
            "1e-7",
            "+1",
            "\u{a0}1",
            "\u{c}1",
            "[[[[]]]",
            "\"\\\"\"",
        ] {
            agrees(text);
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        assert!(is_value(&format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH))));
        assert!(!is_value(&"[".repeat(1_000_000)));
        assert!(!is_value(&"{\"a\":".repeat(1_000_000)));
    }

    #[test]
    fn a_member_is_found_as_it_is_spelled() {
        let object = r#" { "a" : {"b":1} ,"b":"x\"y","c":[1, 2], "b":3 , "d" : 4"#;
        assert_eq!(member(object, "a"), Some(r#"{"b":1}"#));
        assert_eq!(member(object, "b"), Some(r#""x\"y""#));
        assert_eq!(member(object, "c"), Some("[1, 2]"));
        assert_eq!(member(object, "e"), None);
        for no_object in ["", "{}", "[]", "\"a\"", "{\"a\"", "{\"b\" 1}", "{\"b\":oops,\"a\":1}"] {
            assert_eq!(member(no_object, "a"), None, "{no_object}");
        }
    }

    #[test]
    fn an_array_is_taken_apart() {
        assert_eq!(items(r#" [ "a,]" ,{"b":[1, 2]},3 ]"#), Some(vec![r#""a,]""#, r#"{"b":[1, 2]}"#, "3"]));
        assert_eq!(items("[ ]"), Some(vec![]));
        for no_array in ["", "{}", "[", "[1", "[1,]", "[,]", "[1 2]"] {
            assert_eq!(items(no_array), None, "{no_array}");
        }
    }

    #[test]
    fn a_text_comes_out_of_its_escapes() {
        assert_eq!(text(r#""a\n\u00e4\ud83d\ude00\/\"""#).as_deref(), Some("a\n\u{e4}\u{1f600}/\""));
        for no_text in ["1", "\"", "\"a", r#""\ud800""#, r#""\ud800\u0041""#, r#""\"#, r#""\u00""#, r#""\x""#] {
            assert_eq!(text(no_text), None, "{no_text}");
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "(\\PC|[\\\\\"\n\u{1}]){0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::hash_map("[a-c]{1,2}", inner, 0..5)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_is_json_until_one_byte_of_it_changes(
            value in any_json(), at in any::<prop::sample::Index>(), byte in "[\\[\\]{}\",:0-9eE.+ tfn\\\\-]",
        ) {
            let mut written = value.to_string();
            prop_assert!(is_value(&written));
            let at = at.index(written.len());
            if written.is_char_boundary(at) && written.is_char_boundary(at + 1) {
                written.replace_range(at..at + 1, &byte);
                agrees(&written);
            }
        }

        #[test]
        fn any_text_is_judged_as_serde_json_does(written in "[\\[\\]{}\",:01eE.+ tfnu\\\\-]{0,24}") {
            agrees(&written);
        }

        #[test]
        fn what_is_written_is_read_again(value in any::<String>(), other in any_json()) {
            let mut written = String::new();
            let mut object = crate::json::Object::begin(&mut written);
            object.plain("other", &other);
            object.text("value", &value);
            object.end();
            prop_assert_eq!(member(&written, "value").and_then(text), Some(value));
            prop_assert_eq!(member(&written, "other").map(str::to_owned), Some(other.to_string()));
        }

        #[test]
        fn a_text_of_serde_json_is_read_as_it_reads_it(written in "\"(\\\\[nrtbfu/\"\\\\]|[0-9a-fdD8]|\\\\ud83d|\\\\ude00){0,12}\"") {
            let expected = serde_json::from_str::<String>(&written).ok();
            if is_value(&written) {
                prop_assert_eq!(text(&written), expected);
            }
        }
    }
}
