//! Writing JSON into a text, and looking into it: the little that the SDK needs. A serializer behind it would weigh more than
//! all the rest of the SDK (docs/performance.md).

mod read;

pub use read::{is_value, items, member, text as read_text};

use std::fmt::{self, Write};

/// An object that is being written; every member is preceded by a comma but the first.
#[derive(Debug)]
pub struct Object<'a> {
    out: &'a mut String,
    empty: bool,
}

impl<'a> Object<'a> {
    /// Writes `{`. The object must be closed with [`Object::end`].
    pub fn begin(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    /// Writes the member's name and hands out the place for its value.
    // One copy of it: an item has thirty members, and inlined they would be half of its encoder.
    #[inline(never)]
    pub fn member(&mut self, name: &str) -> &mut String {
        if !std::mem::take(&mut self.empty) {
            self.out.push(',');
        }
        text(self.out, name);
        self.out.push(':');
        self.out
    }

    /// A member whose value is a text.
    #[inline(never)]
    pub fn text(&mut self, name: &str, value: &str) {
        text(self.member(name), value);
    }

    /// A member whose value is a text, if there is one.
    #[inline(never)]
    pub fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// A member whose value's `Display` is JSON already: a number or a truth value.
    pub fn plain(&mut self, name: &str, value: impl fmt::Display) {
        plain(self.member(name), value);
    }

    /// A member that is true or false, if it is known.
    pub fn truth(&mut self, name: &str, value: Option<bool>) {
        if let Some(value) = value {
            self.plain(name, value);
        }
    }

    /// A member that is an object of those texts that there are; nothing where there are none.
    pub fn texts(&mut self, name: &str, members: &[(&str, Option<&str>)]) {
        if members.iter().any(|(_, value)| value.is_some()) {
            let mut object = Object::begin(self.member(name));
            members.iter().for_each(|(name, value)| object.optional(name, *value));
            object.end();
        }
    }

    /// Writes `}`.
    pub fn end(self) {
        self.out.push('}');
    }
}

/// Writes something whose `Display` is JSON already.
///
/// # Panics
/// When its `Display` fails.
pub fn plain(out: &mut String, value: impl fmt::Display) {
    write(out, &value);
}

/// One copy of it, for whatever is written.
fn write(out: &mut String, value: &dyn fmt::Display) {
    write!(out, "{value}").expect("a String takes everything that is written to it");
}

/// Writes a text with its quotes.
pub fn text(out: &mut String, value: &str) {
    out.push('"');
    let mut rest = value;
    while let Some(position) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        out.push_str(&rest[..position]);
        match rest.as_bytes()[position] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => plain(out, format_args!("\\u{control:04x}")),
        }
        rest = &rest[position + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// Writes a fraction so that it is one again when it is read; what is no number becomes `null`.
pub fn float(out: &mut String, value: f64) {
    if value.is_finite() { plain(out, format_args!("{value:?}")) } else { out.push_str("null") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_read_again_by_serde_json(value in ".*") {
            let mut written = String::new();
            text(&mut written, &value);
            prop_assert_eq!(serde_json::from_str::<String>(&written).expect("JSON"), value);
        }

        #[test]
        fn any_number_is_valid_json_and_stays_a_fraction(value in any::<f64>()) {
            let mut written = String::new();
            float(&mut written, value);
            let read: serde_json::Value = serde_json::from_str(&written).expect("JSON");
            prop_assert_eq!(read.is_f64(), value.is_finite());
        }
    }
}
