//! Columns that are filled row by row: batch after batch in the same memory, of which each batch takes a copy that is as
//! large as it must be. What a builder gives away it has to allocate again, and up to twice what is needed.

use std::sync::Arc;

use datafusion::arrow::{
    array::{ArrayRef, ArrowPrimitiveType, BooleanArray, NullBufferBuilder, PrimitiveArray, StringArray},
    buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer},
    error::ArrowError,
};

/// Bytes that a column keeps for the next batch; what a burst made larger is given back.
const KEPT_BYTES: usize = 1 << 20;

/// A column that is filled.
pub(super) trait Column {
    fn validity(&mut self) -> &mut Validity;

    fn rows(&mut self) -> usize {
        self.validity().rows()
    }

    /// Adds so many rows without a value.
    fn push_nulls(&mut self, count: usize) {
        self.validity().push_nulls(count);
    }

    /// The values since the last call.
    fn finish(&mut self) -> Result<ArrayRef, ArrowError>;
}

/// Which rows have a value. Rows without one are counted, and written down when they end: most columns have none at all.
#[derive(Debug)]
pub(super) struct Validity {
    rows: NullBufferBuilder,
    missing: usize,
}

impl Default for Validity {
    fn default() -> Self {
        Self { rows: NullBufferBuilder::new(0), missing: 0 }
    }
}

impl Validity {
    fn rows(&self) -> usize {
        self.rows.len() + self.missing
    }

    /// One row with a value.
    fn push(&mut self) {
        self.rows.append_non_null();
    }

    fn push_nulls(&mut self, count: usize) {
        self.missing += count;
    }

    /// Writes down the rows without a value since the last one that has one, and returns how many there are.
    #[inline]
    fn take_missing(&mut self) -> usize {
        if self.missing == 0 {
            return 0;
        }
        self.rows.append_n_nulls(self.missing);
        std::mem::take(&mut self.missing)
    }

    fn finish(&mut self) -> Option<NullBuffer> {
        self.rows.finish()
    }
}

/// Texts.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// Where each text ends.
    ends: Vec<i32>,
    bytes: Vec<u8>,
    validity: Validity,
}

impl Texts {
    pub(super) fn push(&mut self, text: Option<&str>) {
        let Some(text) = text else { return self.validity.push_nulls(1) };
        self.fill();
        self.bytes.extend_from_slice(text.as_bytes());
        self.end();
    }

    /// The last row's value once more.
    pub(super) fn push_again(&mut self) {
        if self.validity.missing > 0 || self.ends.is_empty() {
            return self.validity.push_nulls(1);
        }
        let start = self.ends.len().checked_sub(2).map_or(0, |before| self.ends[before]);
        let last = usize::try_from(start).unwrap_or_default()..self.bytes.len();
        self.bytes.extend_from_within(last);
        self.end();
    }

    fn end(&mut self) {
        // More than two gigabytes are refused when the batch is made.
        self.ends.push(i32::try_from(self.bytes.len()).unwrap_or(i32::MAX));
        self.validity.push();
    }

    fn fill(&mut self) {
        let missing = self.validity.take_missing();
        if missing > 0 {
            let end = self.ends.last().copied().unwrap_or_default();
            self.ends.resize(self.ends.len() + missing, end);
        }
    }
}

impl Column for Texts {
    fn validity(&mut self) -> &mut Validity {
        &mut self.validity
    }

    fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        self.fill();
        let mut offsets = Vec::with_capacity(self.ends.len() + 1);
        offsets.push(0);
        offsets.extend_from_slice(&self.ends);
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        let texts = StringArray::try_new(offsets, Buffer::from_vec(self.bytes.clone()), self.validity.finish());
        empty(&mut self.ends);
        empty(&mut self.bytes);
        Ok(Arc::new(texts?))
    }
}

/// Values of one size; any where there is none.
#[derive(Debug, Default)]
struct Values<V> {
    values: Vec<V>,
    validity: Validity,
}

impl<V: Clone + Default> Values<V> {
    fn push(&mut self, value: Option<V>) {
        let Some(value) = value else { return self.validity.push_nulls(1) };
        self.fill();
        self.values.push(value);
        self.validity.push();
    }

    fn fill(&mut self) {
        let missing = self.validity.take_missing();
        if missing > 0 {
            self.values.resize(self.values.len() + missing, V::default());
        }
    }

    /// What `array` makes of the values since the last call.
    fn finish<A>(&mut self, array: impl FnOnce(&[V], Option<NullBuffer>) -> A) -> A {
        self.fill();
        let array = array(&self.values, self.validity.finish());
        empty(&mut self.values);
        array
    }
}

/// Numbers, days and times.
#[derive(Debug)]
pub(super) struct Numbers<T: ArrowPrimitiveType>(Values<T::Native>);

impl<T: ArrowPrimitiveType> Default for Numbers<T> {
    fn default() -> Self {
        Self(Values::default())
    }
}

impl<T: ArrowPrimitiveType> Numbers<T> {
    pub(super) fn push(&mut self, value: Option<T::Native>) {
        self.0.push(value);
    }
}

impl<T: ArrowPrimitiveType> Column for Numbers<T> {
    fn validity(&mut self) -> &mut Validity {
        &mut self.0.validity
    }

    fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let numbers =
            self.0.finish(|values, nulls| PrimitiveArray::<T>::try_new(ScalarBuffer::from(values.to_vec()), nulls));
        Ok(Arc::new(numbers?))
    }
}

/// Truth values.
#[derive(Debug, Default)]
pub(super) struct Truths(Values<bool>);

impl Truths {
    pub(super) fn push(&mut self, value: Option<bool>) {
        self.0.push(value);
    }
}

impl Column for Truths {
    fn validity(&mut self) -> &mut Validity {
        &mut self.0.validity
    }

    fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let truths = self.0.finish(|values, nulls| BooleanArray::new(BooleanBuffer::from(values), nulls));
        Ok(Arc::new(truths))
    }
}

fn empty<T>(values: &mut Vec<T>) {
    match values.capacity() * size_of::<T>() > KEPT_BYTES {
        true => *values = Vec::new(),
        false => values.clear(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use datafusion::arrow::{array::AsArray, datatypes::Int64Type};

    #[test]
    fn a_batch_has_what_was_pushed_since_the_last_one() {
        let mut texts = Texts::default();
        for expected in [vec![Some("fetch"), Some("fetch"), None, None, Some(""), Some(""), None], vec![None, None]] {
            let (first, rest) = expected.split_first().unwrap();
            texts.push(*first);
            for (before, text) in expected.iter().zip(rest) {
                if before == text { texts.push_again() } else { texts.push(*text) }
            }
            assert_eq!(texts.rows(), expected.len());
            let array = texts.finish().unwrap();
            assert_eq!(array.as_string::<i32>().iter().collect::<Vec<_>>(), expected);
        }
        texts.push_again();
        texts.push_nulls(2);
        texts.push(Some("ü"));
        let array = texts.finish().unwrap();
        assert_eq!(array.as_string::<i32>().iter().collect::<Vec<_>>(), [None, None, None, Some("ü")]);
    }

    #[test]
    fn numbers_and_truth_values_may_be_missing() {
        let (mut numbers, mut truths) = (Numbers::<Int64Type>::default(), Truths::default());
        numbers.push_nulls(1);
        numbers.push(Some(7));
        truths.push_nulls(1);
        truths.push(Some(true));
        truths.push(Some(false));
        let (numbers, truths) = (numbers.finish().unwrap(), truths.finish().unwrap());
        assert_eq!(numbers.as_primitive::<Int64Type>().iter().collect::<Vec<_>>(), [None, Some(7)]);
        assert_eq!(truths.as_boolean().iter().collect::<Vec<_>>(), [None, Some(true), Some(false)]);
    }

    #[test]
    fn what_a_burst_took_is_given_back() {
        let mut texts = Texts::default();
        texts.push(Some(&"x".repeat(2 * KEPT_BYTES)));
        texts.finish().unwrap();
        assert_eq!(texts.bytes.capacity(), 0);
        assert!(texts.ends.capacity() > 0);
    }
}
