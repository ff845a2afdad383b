//! What real encoders write that is not quite JSON. Looked for only after a body could not be read.

/// The body with every half of a surrogate pair (`\ud83d` alone) as `\ufffd`, and every bare `NaN`, `Infinity` and
/// `-Infinity` as `null`; `None` where there is none of them.
///
/// JavaScript cuts texts in the middle of a pair, Python writes numbers that JSON does not have. Replacements keep to
/// the bytes of what they replace, and all of it is ASCII, so the body stays UTF-8.
pub(crate) fn repair(body: &str) -> Option<String> {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    let mut in_text = false;
    while let Some(position) = rest.find(['"', '\\', 'N', 'I', '-']) {
        out.push_str(&rest[..position]);
        rest = &rest[position..];
        let (replacement, length) = match (rest.as_bytes()[0], in_text) {
            (b'"', _) => {
                in_text = !in_text;
                ("\"", 1)
            }
            (b'\\', true) => escape(rest),
            (_, true) => (&rest[..1], 1),
            (_, false) => ["NaN", "Infinity", "-Infinity"]
                .into_iter()
                .find(|word| rest.starts_with(word))
                .map_or((&rest[..1], 1), |word| ("null", word.len())),
        };
        out.push_str(replacement);
        rest = &rest[length..];
    }
    out.push_str(rest);
    (out != body).then_some(out)
}

/// What stands for the escape that `text` begins with, and how long that is.
fn escape(text: &str) -> (&str, usize) {
    match (surrogate(text, 0), surrogate(text, 6)) {
        (Some(Half::High), Some(Half::Low)) => (&text[..12], 12),
        (Some(_), _) => ("\\ufffd", 6),
        // The escaped character may be a quote, and may be more than one byte in what is not JSON anyway.
        (None, _) => {
            let length = text.chars().take(2).map(char::len_utf8).sum();
            (&text[..length], length)
        }
    }
}

#[derive(Clone, Copy)]
enum Half {
    High,
    Low,
}

/// Which half of a surrogate pair is escaped at this place of the text.
fn surrogate(text: &str, at: usize) -> Option<Half> {
    let escaped = text.as_bytes().get(at..at + 6)?.strip_prefix(b"\\u")?;
    let [b'd' | b'D', second, third, fourth] = escaped else { return None };
    if !third.is_ascii_hexdigit() || !fourth.is_ascii_hexdigit() {
        return None;
    }
    match second {
        b'8' | b'9' | b'a' | b'b' | b'A' | b'B' => Some(Half::High),
        b'c'..=b'f' | b'C'..=b'F' => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn half_surrogates_and_numbers_that_json_does_not_have_are_replaced() {
        for (body, repaired) in [
            (r#"{"a":"\ud83d"}"#, r#"{"a":"\ufffd"}"#),
            (r#"{"a":"\ude00\ud83d\ude00\ud83dx"}"#, r#"{"a":"\ufffd\ud83d\ude00\ufffdx"}"#),
            (r#"{"NaN":NaN,"b":[-Infinity,Infinity,-1]}"#, r#"{"NaN":null,"b":[null,null,-1]}"#),
        ] {
            assert_eq!(repair(body).as_deref(), Some(repaired), "{body}");
        }
    }

    #[test]
    fn what_needs_no_repair_gets_none() {
        for body in [r#"{"a":"\ud83d\ude00 NaN \\ud83d \" NaN","b":-1}"#, "", "{", "\\", "\"\\é", "Nope"] {
            assert_eq!(repair(body), None, "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_repaired_once_and_for_all(body in r#"([\\"uNaI-]|\\ud8[0-9]{2}|\\uDC00|NaN|Infinity|\PC){0,30}"#) {
            if let Some(repaired) = repair(&body) {
                prop_assert_eq!(repair(&repaired), None);
            }
        }
    }
}
