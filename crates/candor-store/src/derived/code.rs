//! Columns of texts as columns of numbers.

use std::{collections::HashMap, sync::Arc};

use datafusion::arrow::{
    array::{Array, AsArray, DictionaryArray, Int32Array, NullBufferBuilder, StringArray},
    datatypes::Int32Type,
    error::ArrowError,
};
use foldhash::fast::RandomState;

/// The texts of all parts of a column as numbers, and each text once.
pub(super) fn code(parts: &[&dyn Array]) -> Result<DictionaryArray<Int32Type>, ArrowError> {
    let rows = parts.iter().map(|part| part.len()).sum();
    let mut coding = Coding { numbers: Vec::with_capacity(rows), ..Coding::default() };
    let mut nulls = NullBufferBuilder::new(rows);
    for part in parts {
        match part.nulls() {
            Some(some) => nulls.append_buffer(some),
            None => nulls.append_n_non_nulls(part.len()),
        }
        coding.push(part.as_string());
    }
    let numbers = Int32Array::try_new(coding.numbers.into(), nulls.finish())?;
    DictionaryArray::try_new(numbers, Arc::new(StringArray::from(coding.texts)))
}

#[derive(Default)]
struct Coding<'a> {
    known: HashMap<&'a str, i32, RandomState>,
    texts: Vec<&'a str>,
    /// A number for each row; any for one without a text.
    numbers: Vec<i32>,
}

impl<'a> Coding<'a> {
    fn push(&mut self, rows: &'a StringArray) {
        let behind = self.numbers.len() + rows.len();
        if rows.null_count() == rows.len() {
            return self.numbers.resize(behind, 0);
        }
        if let Some(text) = the_one(rows) {
            let number = self.number_of(text);
            return self.numbers.resize(behind, number);
        }
        let mut last = None;
        for row in 0..rows.len() {
            if rows.is_null(row) {
                self.numbers.push(0);
                continue;
            }
            let text = rows.value(row);
            // Most say what the row before says, and these are not even hashed.
            let number = match last {
                Some((known, number)) if known == text => number,
                _ => self.number_of(text),
            };
            last = Some((text, number));
            self.numbers.push(number);
        }
    }

    fn number_of(&mut self, text: &'a str) -> i32 {
        *self.known.entry(text).or_insert_with(|| {
            self.texts.push(text);
            // A flush has fewer rows than there are numbers.
            i32::try_from(self.texts.len() - 1).unwrap_or(i32::MAX)
        })
    }
}

/// The text that all of these rows have, if there is one. Rows that one client sent have one release and one machine.
fn the_one(rows: &StringArray) -> Option<&str> {
    let ends = rows.value_offsets();
    let length = ends.get(1)? - ends[0];
    let bytes = &rows.value_data()[usize::try_from(ends[0]).ok()?..usize::try_from(*ends.last()?).ok()?];
    let is_same_length = ends.array_windows().fold(true, |same, [start, end]| same & (end - start == length));
    // Texts of one length are one text where all bytes are those of the text before.
    let behind = bytes.len().checked_sub(usize::try_from(length).ok()?)?;
    let is_one = rows.null_count() == 0 && is_same_length && bytes[..behind] == bytes[bytes.len() - behind..];
    is_one.then(|| rows.value(0))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_of_one_text_are_told_from_rows_of_several() {
        let one = |texts: &[Option<&str>]| the_one(&StringArray::from(texts.to_vec())).map(str::to_owned);
        assert_eq!(one(&[Some("1.4.0"); 3]), Some("1.4.0".to_owned()));
        assert_eq!(one(&[Some(""); 3]), Some(String::new()));
        assert_eq!(one(&[Some("1.4.0"), Some("1.4.1")]), None);
        assert_eq!(one(&[Some("aa"), Some("a"), Some("aaa")]), None, "the same bytes, parted otherwise");
        assert_eq!(one(&[Some(""), None]), None);
        assert_eq!(one(&[]), None);
    }

    proptest! {
        #[test]
        fn every_row_keeps_its_text(parts in prop::collection::vec(prop::collection::vec(prop::option::of("[ab]{0,2}"), 0..6), 0..4)) {
            let arrays: Vec<StringArray> = parts.iter().map(|rows| rows.iter().cloned().collect()).collect();
            // A slice begins in the middle of its bytes.
            let sliced: Vec<StringArray> = arrays.iter().map(|rows| rows.slice(rows.len() / 2, rows.len() - rows.len() / 2)).collect();
            let columns: Vec<&dyn Array> = arrays.iter().chain(&sliced).map(|rows| rows as &dyn Array).collect();
            let coded = code(&columns).unwrap();
            let spelled = coded.downcast_dict::<StringArray>().unwrap();
            let expected: Vec<Option<&str>> = arrays.iter().chain(&sliced).flatten().collect();
            prop_assert_eq!(spelled.into_iter().collect::<Vec<_>>(), expected);
            prop_assert_eq!(coded.values().len(), coded.values().as_string::<i32>().iter().collect::<std::collections::BTreeSet<_>>().len());
        }
    }
}
