//! A column that rows are told apart by: its values as small numbers.

use std::{borrow::Borrow, hash::Hash, sync::Arc};

use datafusion::{
    arrow::{
        array::{
            Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int16Array, Int64Array, StringArray, StringViewArray,
            new_null_array,
        },
        compute::cast,
        datatypes::{DataType, Int16Type, Int32Type, Int64Type},
        error::ArrowError,
    },
    common::HashMap,
    error::DataFusionError,
};

use super::condition::Condition;

/// What a file has of a column.
#[derive(Debug)]
pub(super) enum Column {
    /// Texts as dictionaries, everything else as it is.
    Values(ArrayRef),
    /// The day of all of its rows.
    Day(i32),
    /// It was written before there was this column.
    Missing,
}

/// The values of a column that came up, each with a number above 0, which stands for null.
#[derive(Debug, Clone)]
pub(super) struct Key {
    values: Values,
    /// How many bits the numbers have.
    pub(super) bits: u32,
}

#[derive(Debug, Clone)]
enum Values {
    Text(Texts),
    /// The value and 32,769, so that none is 0.
    Short,
    Long(Numbered<i64>),
    /// 1 for no, 2 for yes.
    Truth,
    Day(Numbered<i32>),
}

/// Texts, which a group of rows has as places in its dictionary.
#[derive(Debug, Default, Clone)]
struct Texts {
    known: Numbered<Arc<str>>,
    dictionary: Option<StringArray>,
    /// The number of each place in the dictionary, and behind these that of null.
    numbers: Vec<u64>,
    /// What is asked of the texts.
    condition: Option<Condition>,
}

/// In the place of a row's number: it is not asked for.
pub(super) const NOT_ASKED: u64 = u64::MAX;

/// Different values in the order in which they came up.
#[derive(Debug, Clone)]
struct Numbered<T> {
    number: HashMap<T, u64>,
    values: Vec<T>,
}

impl Key {
    /// For a column of this type; `None` where its values cannot be told apart by small numbers.
    pub(super) fn of(data_type: &DataType) -> Option<Self> {
        let values = match data_type {
            DataType::Utf8View => Values::Text(Texts::default()),
            DataType::Int16 => Values::Short,
            DataType::Int64 => Values::Long(Numbered::default()),
            DataType::Boolean => Values::Truth,
            DataType::Date32 => Values::Day(Numbered::default()),
            _ => return None,
        };
        Some(Self { values, bits: 0 })
    }

    /// The same, of those texts alone for which a condition holds.
    pub(super) fn only(mut self, condition: Option<Condition>) -> Self {
        if let Values::Text(texts) = &mut self.values {
            texts.condition = condition;
        }
        self
    }

    /// Whether some of its values are not asked for.
    pub(super) fn is_asked_about(&self) -> bool {
        matches!(&self.values, Values::Text(texts) if texts.condition.is_some())
    }

    /// Forgets the values.
    pub(super) fn forget(&mut self) {
        match &mut self.values {
            Values::Text(texts) => *texts = Texts { condition: texts.condition.take(), ..Texts::default() },
            Values::Long(known) => *known = Numbered::default(),
            Values::Day(known) => *known = Numbered::default(),
            Values::Short | Values::Truth => {}
        }
        self.bits = 0;
    }

    /// The values as they are.
    pub(super) fn plain(&self, column: &Column, rows: usize) -> Result<ArrayRef, ArrowError> {
        let data_type = match &self.values {
            Values::Text(_) => DataType::Utf8View,
            Values::Short => DataType::Int16,
            Values::Long(_) => DataType::Int64,
            Values::Truth => DataType::Boolean,
            Values::Day(_) => DataType::Date32,
        };
        match column {
            Column::Values(values) => cast(values, &data_type),
            Column::Day(day) => Ok(Arc::new(Date32Array::from_value(*day, rows))),
            Column::Missing => Ok(new_null_array(&data_type, rows)),
        }
    }

    /// Gives numbers to the values that have none yet, and says how many bits are needed now.
    ///
    /// # Errors
    /// When it cannot be told whether a text is asked for.
    pub(super) fn learn(&mut self, column: &Column) -> Result<u32, DataFusionError> {
        match (&mut self.values, column) {
            (Values::Text(texts), Column::Values(column)) => {
                texts.learn(column.as_dictionary::<Int32Type>().values().as_string())?;
            }
            (Values::Long(known), Column::Values(column)) => {
                for value in column.as_primitive::<Int64Type>().iter().flatten() {
                    known.number(&value, || value);
                }
            }
            (Values::Day(known), Column::Day(day)) => {
                known.number(day, || *day);
            }
            _ => {}
        }
        let bits_of = |values: usize| usize::BITS - values.leading_zeros();
        Ok(match &self.values {
            Values::Text(texts) => bits_of(texts.known.values.len()),
            Values::Long(known) => bits_of(known.values.len()),
            Values::Day(known) => bits_of(known.values.len()),
            Values::Short => 17,
            Values::Truth => 2,
        })
    }

    /// Adds the number of each value, moved by `shift` bits, to that of its row. It has [learned](Key::learn) them.
    pub(super) fn number(&mut self, column: &Column, shift: u32, rows: &mut [u64]) {
        match (&mut self.values, column) {
            (Values::Text(texts), Column::Values(column)) => {
                let places = column.as_dictionary::<Int32Type>().keys();
                let moved = |number: &u64| if *number == NOT_ASKED { NOT_ASKED } else { number << shift };
                let numbers: Vec<_> = texts.numbers.iter().map(moved).collect();
                let number = |place: i32| numbers.get(place as usize).copied().unwrap_or(0);
                let of_null = numbers.last().copied().unwrap_or(0);
                match places.nulls() {
                    None => add(rows, places.values().iter().map(|place| number(*place))),
                    Some(_) => add(rows, places.iter().map(|place| place.map_or(of_null, number))),
                }
            }
            (Values::Short, Column::Values(column)) => {
                let above_0 = |value: i16| (i64::from(value) - LEAST_SHORT).cast_unsigned() << shift;
                add(rows, column.as_primitive::<Int16Type>().iter().map(|value| value.map_or(0, above_0)));
            }
            (Values::Long(known), Column::Values(column)) => {
                let mut number = |value| known.number(&value, || value) << shift;
                add(rows, column.as_primitive::<Int64Type>().iter().map(|value| value.map_or(0, &mut number)));
            }
            (Values::Truth, Column::Values(column)) => {
                let truth = |truth| (1 + u64::from(truth)) << shift;
                add(rows, column.as_boolean().iter().map(|value| value.map_or(0, truth)));
            }
            (Values::Day(known), Column::Day(day)) => {
                let number = known.number(day, || *day) << shift;
                rows.iter_mut().for_each(|row| *row |= number);
            }
            _ => {}
        }
    }

    /// The values with these numbers.
    pub(super) fn values(&self, numbers: impl Iterator<Item = u64>) -> ArrayRef {
        match &self.values {
            Values::Text(texts) => {
                let text = |number| texts.known.value(number).map(AsRef::as_ref);
                Arc::new(numbers.map(text).collect::<StringViewArray>())
            }
            Values::Short => {
                let short = |number: u64| i16::try_from(number.cast_signed() + LEAST_SHORT).ok();
                Arc::new(numbers.map(|number| short(number).filter(|_| number > 0)).collect::<Int16Array>())
            }
            Values::Long(known) => Arc::new(numbers.map(|number| known.value(number).copied()).collect::<Int64Array>()),
            Values::Truth => {
                Arc::new(numbers.map(|number| (number > 0).then_some(number == 2)).collect::<BooleanArray>())
            }
            Values::Day(known) => Arc::new(numbers.map(|number| known.value(number).copied()).collect::<Date32Array>()),
        }
    }
}

/// What is taken from a short number, so that every one is above 0.
const LEAST_SHORT: i64 = i16::MIN as i64 - 1;

fn add(rows: &mut [u64], numbers: impl Iterator<Item = u64>) {
    rows.iter_mut().zip(numbers).for_each(|(row, number)| *row |= number);
}

impl Texts {
    fn learn(&mut self, dictionary: &StringArray) -> Result<(), DataFusionError> {
        if self.dictionary.as_ref().is_some_and(|known| is_same(known, dictionary)) {
            return Ok(());
        }
        let asked = self.condition.as_ref().map(|condition| condition.holds(dictionary)).transpose()?;
        let is_asked = |place| asked.as_ref().is_none_or(|asked| asked.is_valid(place) && asked.value(place));
        let texts = dictionary.iter().chain([None]).enumerate();
        let number = |(place, text): (usize, Option<&str>)| match text {
            _ if !is_asked(place) => NOT_ASKED,
            None => 0,
            Some(text) => self.known.number(text, || text.into()),
        };
        self.numbers = texts.map(number).collect();
        self.dictionary = Some(dictionary.clone());
        Ok(())
    }
}

/// Whether these are the very same texts in memory, as they are in all batches of a group of rows.
fn is_same(one: &StringArray, other: &StringArray) -> bool {
    one.len() == other.len()
        && one.offsets().as_ptr() == other.offsets().as_ptr()
        && one.values().as_ptr() == other.values().as_ptr()
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    fn number<Q: Eq + Hash + ?Sized>(&mut self, value: &Q, owned: impl FnOnce() -> T) -> u64
    where
        T: Borrow<Q>,
    {
        if let Some(number) = self.number.get(value) {
            return *number;
        }
        let value = owned();
        self.values.push(value.clone());
        let number = self.values.len() as u64;
        self.number.insert(value, number);
        number
    }

    fn value(&self, number: u64) -> Option<&T> {
        self.values.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { number: HashMap::new(), values: Vec::new() }
    }
}
