//! Rows added up while they are read: rows that do not differ in what is asked for become one, with the sum of their counts.
//!
//! Nearly every question asks for a few columns with few different values. A file has these as places in dictionaries,
//! so that a row is a handful of small numbers, which together are one number of 64 bits: the group that it counts for. The
//! engine, which would look at the text of each row, gets some thousand rows in the place of millions.

mod condition;
mod groups;
mod key;
mod plan;
mod provider;
mod read;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, Int64Array, RecordBatch, UInt32Array},
        compute::take,
        datatypes::{Int64Type, SchemaRef},
    },
    error::DataFusionError,
};

pub(crate) use self::provider::Tallied;
use self::{
    condition::Condition,
    groups::Groups,
    key::{Column, Key, NOT_ASKED},
};

/// The column that is added up.
const COUNT: &str = "count";
/// Columns of which almost every row has another value.
const OF_EACH_ROW: [&str; 4] = ["time", "run", "database", "attributes"];
/// Likewise, but those of one stand together.
const IDENTIFIER: &str = "installation";
/// The most bits of a number, so that every shift is less than 64.
const BITS: u32 = 63;
/// Groups in memory at once, some 10 MB: after these it begins anew, and whoever asks adds up what came twice.
const MOST_GROUPS: usize = 1 << 18;

/// Where one row of so many is asked for, or fewer, the others are put aside as soon as that is known.
const FEW: usize = 8;

/// The sums of rows so far.
#[derive(Debug, Clone)]
struct Tally {
    columns: SchemaRef,
    /// Of each column; those of the count and the identifier are not used.
    keys: Vec<Key>,
    count: Option<usize>,
    identifier: Option<usize>,
    groups: Groups,
    /// The number of each row of a batch.
    rows: Vec<u64>,
}

impl Tally {
    /// Of rows with these columns; `None` where too many rows differ in them.
    fn of(columns: &SchemaRef) -> Option<Self> {
        if columns.fields().iter().any(|field| OF_EACH_ROW.contains(&field.name().as_str())) {
            return None;
        }
        let keys = columns.fields().iter().map(|field| Key::of(field.data_type())).collect::<Option<_>>()?;
        Some(Self {
            columns: columns.clone(),
            keys,
            count: columns.index_of(COUNT).ok(),
            identifier: columns.index_of(IDENTIFIER).ok(),
            groups: Groups::default(),
            rows: Vec::new(),
        })
    }

    /// The same, of those rows alone for which these conditions hold, by the names of their columns.
    fn only(mut self, conditions: &BTreeMap<String, Condition>) -> Self {
        let names = self.columns.fields().iter().map(|field| field.name());
        let keys = self.keys.into_iter().zip(names);
        self.keys = keys.map(|(key, name)| key.only(conditions.get(name).cloned())).collect();
        self
    }

    /// Adds rows, and has `sum` take what there is no room for beside them.
    ///
    /// # Errors
    /// When the rows are not those of the columns that were said.
    fn add(
        &mut self,
        columns: &[Column],
        rows: usize,
        mut sum: impl FnMut(RecordBatch),
    ) -> Result<(), DataFusionError> {
        let needed = self.learn(columns)?;
        let fits = self.keys.iter().zip(&needed).all(|(key, needed)| *needed <= key.bits);
        if !fits || self.groups.len() >= MOST_GROUPS {
            self.take()?.into_iter().for_each(&mut sum);
            if !self.widen(columns, &needed)? {
                let plain = self.keys.iter().zip(columns).map(|(key, column)| key.plain(column, rows));
                sum(RecordBatch::try_new(self.columns.clone(), plain.collect::<Result<_, _>>()?)?);
                return Ok(());
            }
        }
        let shifts = self.shifts();
        self.rows.clear();
        self.rows.resize(rows, 0);
        self.number(columns, &shifts, Key::is_asked_about);
        let few = self.few_asked().map(|places| of_rows(columns, &places)).transpose()?;
        let (columns, rows) = (few.as_deref().unwrap_or(columns), self.rows.len());
        self.number(columns, &shifts, |key| !key.is_asked_about());
        let integers = |index: Option<usize>| match columns.get(index?) {
            Some(Column::Values(values)) => Some(values.as_primitive::<Int64Type>().clone()),
            _ => None,
        };
        let counts = integers(self.count).unwrap_or_else(|| Int64Array::from_value(1, rows));
        match self.identifier {
            None => self.groups.add(&self.rows, &counts),
            identifier => {
                let identifiers = integers(identifier).unwrap_or_else(|| Int64Array::new_null(rows));
                self.groups.add_in_order(&identifiers, &self.rows, &counts);
            }
        }
        Ok(())
    }

    /// Adds the values of these columns to the numbers of their rows.
    fn number(&mut self, columns: &[Column], shifts: &[u32], which: impl Fn(&Key) -> bool) {
        for (index, column) in columns.iter().enumerate() {
            if self.is_key(index) && which(&self.keys[index]) {
                self.keys[index].number(column, shifts[index], &mut self.rows);
            }
        }
    }

    /// The places of the rows that are asked for, where these are few; the numbers are then those of these rows alone.
    fn few_asked(&mut self) -> Option<UInt32Array> {
        let asked = self.rows.iter().filter(|number| **number != NOT_ASKED).count();
        if asked * FEW > self.rows.len() {
            return None;
        }
        let places = self.rows.iter().zip(0..).filter(|(number, _)| **number != NOT_ASKED).map(|(_, place)| place);
        let places = places.collect();
        self.rows.retain(|number| *number != NOT_ASKED);
        Some(places)
    }

    /// Where the bits of each column are in a number.
    fn shifts(&self) -> Vec<u32> {
        let mut next = 0;
        let shift = |index: usize| {
            let shift = next;
            next += if self.is_key(index) { self.keys[index].bits } else { 0 };
            shift
        };
        (0..self.keys.len()).map(shift).collect()
    }

    /// Whether the values of a column are part of the numbers.
    fn is_key(&self, index: usize) -> bool {
        ![self.count, self.identifier].contains(&Some(index))
    }

    /// Makes the numbers so wide that these values fit, where that is possible at all.
    fn widen(&mut self, columns: &[Column], needed: &[u32]) -> Result<bool, DataFusionError> {
        // One more than is needed now, so that it need not be done again for each new value.
        let mut wider: Vec<_> = self.keys.iter().zip(needed).map(|(key, needed)| key.bits.max(needed + 1)).collect();
        if wider.iter().sum::<u32>() > BITS {
            self.keys.iter_mut().for_each(Key::forget);
            wider = self.learn(columns)?;
        }
        let fits = wider.iter().sum::<u32>() <= BITS;
        if fits {
            self.keys.iter_mut().zip(wider).for_each(|(key, bits)| key.bits = bits);
        }
        Ok(fits)
    }

    /// The bits that each column needs with these values.
    fn learn(&mut self, columns: &[Column]) -> Result<Vec<u32>, DataFusionError> {
        let learn = |(index, column)| if self.is_key(index) { self.keys[index].learn(column) } else { Ok(0) };
        columns.iter().enumerate().map(learn).collect()
    }

    /// The sums so far, which are forgotten; `None` where there are none.
    fn take(&mut self) -> Result<Option<RecordBatch>, DataFusionError> {
        if self.groups.len() == 0 {
            return Ok(None);
        }
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.keys.len());
        for ((index, key), shift) in self.keys.iter().enumerate().zip(self.shifts()) {
            columns.push(if Some(index) == self.count {
                Arc::new(Int64Array::from(std::mem::take(&mut self.groups.sums)))
            } else if Some(index) == self.identifier {
                Arc::new(Int64Array::from(std::mem::take(&mut self.groups.identifiers)))
            } else {
                let mask = (1_u64 << key.bits) - 1;
                key.values(self.groups.numbers.iter().map(|number| number >> shift & mask))
            });
        }
        self.groups.clear();
        Ok(Some(RecordBatch::try_new(self.columns.clone(), columns)?))
    }
}

/// The values of some rows.
fn of_rows(columns: &[Column], places: &UInt32Array) -> Result<Vec<Column>, DataFusionError> {
    let of_rows = |column: &Column| match column {
        Column::Values(values) => Ok(Column::Values(take(values, places, None)?)),
        Column::Day(day) => Ok(Column::Day(*day)),
        Column::Missing => Ok(Column::Missing),
    };
    columns.iter().map(of_rows).collect()
}
