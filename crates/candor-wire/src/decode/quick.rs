//! Reading JSON as encoders write it, in a part of the time that any JSON takes.
//!
//! What it reads, `serde_json` reads too, and to the same. Anything unusual is an error here, as is what is no JSON: then
//! the body is read again the usual way, which says what is wrong with it, if anything is.
//!
//! It remembers the last few objects that were read as [`REPEATED`]. The same bytes in such a place again are not read again.

use std::borrow::Cow;

use serde_core::{
    de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor},
    forward_to_deserialize_any,
};
use serde_json::Error;

use super::object::{Into, Members};

/// Levels of lists and objects: fewer than `serde_json` takes.
const MAX_DEPTH: u8 = 100;
/// Digits that are surely fewer than 64 bits have.
const SHORT_NUMBER: usize = 18;
/// What a seed names to be told of an object that is the same bytes as one of the last few. It is visited by `visit_u64` then,
/// with the number of that one among those that were read in such places; and by `visit_some` where it must be read.
pub(crate) const REPEATED: &str = "candor::repeated";
/// How many of them are remembered: as many different machines as send through one relay, as a rule.
const REMEMBERED: usize = 8;

/// By what a body is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reader {
    /// This one.
    Quick,
    /// `serde_json`.
    Usual,
}

impl Reader {
    /// Reads the members of the one object that `text` is. Its value says whether it is an object.
    pub(crate) fn read_object<'de>(self, text: &'de str, target: &mut impl Members<'de>) -> Result<bool, Error> {
        match self {
            Self::Quick => read_seed(text, Into(target)),
            Self::Usual => super::read_object(text, target),
        }
    }
}

fn read_seed<'de, S: DeserializeSeed<'de>>(text: &'de str, seed: S) -> Result<S::Value, Error> {
    let mut quick = Quick { text, at: 0, depth: 0, remembered: [""; REMEMBERED], read: 0 };
    let value = seed.deserialize(&mut quick)?;
    match quick.peek() {
        None => Ok(value),
        Some(_) => Err(unusual()),
    }
}

struct Quick<'de> {
    text: &'de str,
    at: usize,
    depth: u8,
    /// The last objects that a [`REPEATED`] was, each in the place of its number.
    remembered: [&'de str; REMEMBERED],
    /// How many there were.
    read: usize,
}

#[cold]
fn unusual() -> Error {
    Error::custom("unusual")
}

impl<'de> Quick<'de> {
    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Error> {
        if self.peek() != Some(byte) {
            return Err(unusual());
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), Error> {
        if !self.stands_here(word) {
            return Err(unusual());
        }
        self.at += word.len();
        Ok(())
    }

    fn stands_here(&self, word: &str) -> bool {
        self.text.as_bytes()[self.at..].starts_with(word.as_bytes())
    }

    /// The text at whose quotation mark this is.
    fn string(&mut self) -> Result<Cow<'de, str>, Error> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut end = start + plain_bytes(&bytes[start..]);
        if bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Cow::Borrowed(&self.text[start..end]));
        }
        while bytes.get(end) == Some(&b'\\') {
            end += 2;
            end += plain_bytes(bytes.get(end..).ok_or_else(unusual)?);
        }
        if bytes.get(end) != Some(&b'"') {
            return Err(unusual());
        }
        self.at = end + 1;
        // Escapes have rules of their own.
        serde_json::from_str(&self.text[start - 1..=end]).map(Cow::Owned)
    }

    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let rest = &self.text.as_bytes()[self.at..];
        let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E');
        let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        let number = &self.text[self.at..self.at + length];
        self.at += length;
        let is_whole = number.bytes().all(|byte| byte.is_ascii_digit());
        if is_whole && length <= SHORT_NUMBER && (length == 1 || !number.starts_with('0')) {
            return visitor.visit_u64(number.bytes().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')));
        }
        let mut usual = serde_json::Deserializer::from_str(number);
        let value = usual.deserialize_any(visitor)?;
        usual.end()?;
        Ok(value)
    }

    /// Skips a [`REPEATED`] object that is remembered, if one stands here once more. No object begins with another.
    fn skip_repeated(&mut self) -> Option<usize> {
        let mut numbers = (0..self.read).rev().take(REMEMBERED);
        let number = numbers.find(|number| self.stands_here(self.remembered[number % REMEMBERED]))?;
        self.at += self.remembered[number % REMEMBERED].len();
        Some(number)
    }

    /// Remembers the [`REPEATED`] object that has just been read.
    fn remember(&mut self, object: &'de str) {
        self.remembered[self.read % REMEMBERED] = object;
        self.read += 1;
    }

    /// What `visit` makes of a list or an object that begins here and ends with `end`.
    fn nested<T>(&mut self, end: u8, visit: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth == MAX_DEPTH {
            return Err(unusual());
        }
        self.depth += 1;
        self.at += 1;
        let value = visit(self)?;
        self.depth -= 1;
        self.expect(end)?;
        Ok(value)
    }

    /// Goes to the next entry of a list or an object that ends with `end`; `false` where that is.
    fn next_entry(&mut self, is_first: &mut bool, end: u8) -> Result<bool, Error> {
        if self.peek() == Some(end) {
            return Ok(false);
        }
        if !std::mem::take(is_first) {
            self.expect(b',')?;
        }
        Ok(true)
    }
}

/// How many bytes there are before a quotation mark, a backslash or a control character.
fn plain_bytes(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (chunks, rest) = bytes.as_chunks::<8>();
    for (position, chunk) in chunks.iter().enumerate() {
        let word = u64::from_le_bytes(*chunk);
        let below = |word: u64, bound: u64| word.wrapping_sub(bound * ONES) & !word;
        let is = |byte: u8| below(word ^ (u64::from(byte) * ONES), 1);
        // The lowest bit that is set is right; those above it may not be.
        let found = (below(word, 0x20) | is(b'"') | is(b'\\')) & HIGH;
        if found != 0 {
            return position * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let is_special = |byte: &u8| matches!(byte, 0..0x20 | b'"' | b'\\');
    bytes.len() - rest.len() + rest.iter().position(is_special).unwrap_or(rest.len())
}

impl<'de> Deserializer<'de> for &mut Quick<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek().ok_or_else(unusual)? {
            b'"' => self.deserialize_str(visitor),
            b'{' => self.nested(b'}', |quick| visitor.visit_map(Entries { quick, is_first: true })),
            b'[' => self.nested(b']', |quick| visitor.visit_seq(Entries { quick, is_first: true })),
            b'-' | b'0'..=b'9' => self.number(visitor),
            b't' => self.word("true").and_then(|()| visitor.visit_bool(true)),
            b'f' => self.word("false").and_then(|()| visitor.visit_bool(false)),
            b'n' => self.word("null").and_then(|()| visitor.visit_unit()),
            _ => Err(unusual()),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek() {
            Some(b'n') => self.word("null").and_then(|()| visitor.visit_none()),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name != REPEATED {
            return visitor.visit_newtype_struct(self);
        }
        let is_object = self.peek() == Some(b'{');
        if is_object && let Some(number) = self.skip_repeated() {
            return visitor.visit_u64(number as u64);
        }
        let start = self.at;
        let value = visitor.visit_some(&mut *self)?;
        if is_object {
            self.remember(&self.text[start..self.at]);
        }
        Ok(value)
    }

    /// The name of a member, of which there are more than of anything else.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.peek() != Some(b'"') {
            return self.deserialize_any(visitor);
        }
        match self.string()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// The entries of a list or the members of an object.
struct Entries<'a, 'de> {
    quick: &'a mut Quick<'de>,
    is_first: bool,
}

impl<'de> SeqAccess<'de> for Entries<'_, 'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        match self.quick.next_entry(&mut self.is_first, b']')? {
            true => seed.deserialize(&mut *self.quick).map(Some),
            false => Ok(None),
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        if !self.quick.next_entry(&mut self.is_first, b'}')? {
            return Ok(None);
        }
        match self.quick.peek() {
            Some(b'"') => seed.deserialize(&mut *self.quick).map(Some),
            _ => Err(unusual()),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        self.quick.expect(b':')?;
        seed.deserialize(&mut *self.quick)
    }
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn value(text: &str) -> Option<Value> {
        read_seed(text, PhantomData).ok()
    }

    #[test]
    fn what_encoders_write_is_read() {
        for text in [
            r#"{"a":[1,-2,3.5,1e3,0,-0.0,123456789012345678901,true,false,null],"b":{"c":"d\u00e9\n\\","e":""}}"#,
            " [ ] ",
            "{\n}",
            r#""äöü, and then a text of more than a word""#,
        ] {
            assert_eq!(value(text), Some(serde_json::from_str(text).expect("it is JSON")), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_left_to_the_usual_reader() {
        for text in
            ["", "{", "[1,]", "{\"a\":1,}", "{,}", "[1 2]", "01", "1.", "-", "\"\\", "\"a", "nul", "1 1", "{1:2}"]
        {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!(value(&format!("{}{}", "[".repeat(200), "]".repeat(200))), None);
        assert_eq!(value("\"a\u{1}\""), None);
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_what_the_usual_reader_says(
            text in r#"([\[\]{},:]|"[a"\\u0-9\n é]{0,12}"|-?[0-9.eE+]{1,8}|true|null|[ \n]){0,24}"#,
        ) {
            if let Some(value) = value(&text) {
                prop_assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
            }
        }

        #[test]
        fn a_text_of_any_length_ends_where_it_ends(text in r#"[a-z\\"é\u0001-\u0025]{0,40}"#, skip in 0usize..9) {
            let json = serde_json::to_string(&("x".repeat(skip) + &text)).expect("a text has a JSON form");
            prop_assert_eq!(value(&json), Some(serde_json::from_str(&json).expect("it is JSON")));
        }
    }
}
