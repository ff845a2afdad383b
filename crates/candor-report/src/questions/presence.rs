//! How many different installations there were, in one pass over who was there on which day.
//!
//! Of each installation there is a bit a day, in words of nine weeks. Whether it was there in a period is then a comparison: of
//! days, weeks and months at once, where counting different ones would need a pass for each.

use std::collections::BTreeMap;

use datafusion::{
    arrow::{
        array::AsArray,
        datatypes::{Int32Type, Int64Type},
    },
    error::DataFusionError,
};
use futures::TryStreamExt;
use jiff::{
    ToSpan,
    civil::{Date, date},
};

use super::{
    QuestionError, Selection,
    periods::{Span, days_since_1970},
    seen::{Seen, WORD_BITS, things_of},
};

/// Days of a word: whole weeks, so that no week is in two.
const WORD_DAYS: i32 = WORD_BITS as i32;

/// The days on which installations were there.
#[derive(Debug)]
pub(super) struct Presence {
    /// The Monday that the first word begins with, in days since 1970.
    monday: i32,
    seen: Seen,
    first: Date,
    last: Date,
    /// The days on which any was there, in order, and how many operations they ran.
    pub(super) runs: Vec<(Date, i64)>,
}

/// The days of a period: numbers of words, and the bits in each.
type Mask = Vec<(usize, u64)>;

impl Presence {
    /// Of what is selected from the day `since` on; `None` where no installation can be told from another.
    pub(super) async fn of(selection: &Selection<'_>, since: Date) -> Result<Option<Self>, QuestionError> {
        let sql = "SELECT installation, CAST(day AS INT) AS number, CAST(runs AS BIGINT) AS runs FROM selected
            WHERE installation IS NOT NULL";
        let monday = days_since_1970(Span::Week.start(since));
        let (mut seen, mut runs) = (Seen::new(), BTreeMap::<i32, i64>::new());
        let mut batches = selection.installations(since, sql).await?.execute_stream().await?;
        while let Some(batch) = batches.try_next().await? {
            let [installations, days, of_days] = batch.columns() else { continue };
            let columns = (
                installations.as_primitive_opt::<Int64Type>(),
                days.as_primitive_opt::<Int32Type>(),
                of_days.as_primitive_opt::<Int64Type>(),
            );
            let (Some(installations), Some(days), Some(of_days)) = columns else {
                return Err(DataFusionError::Internal("installations that are no integers".to_owned()).into());
            };
            let mut rows = 0;
            while let Some(day) = days.values().get(rows).copied() {
                // A file is of one day, and so are the rows that follow each other.
                let end = rows + days.values()[rows..].iter().take_while(|other| **other == day).count();
                *runs.entry(day).or_default() += of_days.values()[rows..end].iter().sum::<i64>();
                let thing = u32::try_from(day - monday).unwrap_or(0);
                installations.values()[rows..end].iter().for_each(|installation| seen.add(*installation, thing));
                rows = end;
            }
        }
        let date = |day: i32| date(1970, 1, 1).saturating_add(day.days());
        let runs: Vec<_> = runs.into_iter().map(|(day, runs)| (date(day), runs)).collect();
        let (Some((first, _)), Some((last, _))) = (runs.first(), runs.last()) else { return Ok(None) };
        Ok(Some(Self { monday, seen, first: *first, last: *last, runs }))
    }

    /// How many installations were there in each of these periods, from its first day up to and without its last.
    pub(super) fn count(&mut self, periods: &[(Date, Date)]) -> Vec<i64> {
        let masks: Vec<_> = periods.iter().map(|period| self.mask(*period)).collect();
        let mut counts = self.each_day(periods, &masks);
        self.seen.each(|words, installations| {
            for (count, mask) in counts.iter_mut().zip(&masks).filter(|(_, mask)| !is_a_day(mask)) {
                let count_there = match mask.as_slice() {
                    [(word, bits)] => {
                        words.get(*word).map_or(0, |word| word.iter().filter(|days| *days & bits != 0).count())
                    }
                    mask => (0..installations).filter(|row| was_there(words, *row, mask)).count(),
                };
                *count += i64::try_from(count_there).unwrap_or(i64::MAX);
            }
        });
        counts
    }

    /// Likewise of the periods of one day, for which each bit is looked at once; 0 for the others.
    fn each_day(&mut self, periods: &[(Date, Date)], masks: &[Mask]) -> Vec<i64> {
        let days = days_since_1970(self.last) - self.monday + 1;
        let of_days = self.seen.count(usize::try_from(days).unwrap_or(0));
        let of_period = |((day, _), mask): (&(Date, Date), &Mask)| match is_a_day(mask) {
            true => self.place(*day).and_then(|day| of_days.get(day).copied()).unwrap_or(0),
            false => 0,
        };
        periods.iter().zip(masks).map(of_period).collect()
    }

    /// How many of those who were there for the first time in each of these periods were there in each of them. They follow each other.
    pub(super) fn cohorts(&mut self, periods: &[(Date, Date)]) -> Vec<Vec<i64>> {
        let begins: Vec<_> = periods.iter().filter_map(|(start, _)| self.place(*start)).collect();
        // Days before the first period are in none.
        let period_of = |day: usize| begins.partition_point(|begin| *begin <= day).checked_sub(1);
        let days = usize::try_from(days_since_1970(self.last) - self.monday + 1).unwrap_or(0);
        let period_of: Vec<_> = (0..days).map(period_of).collect();
        let mut cohorts = vec![vec![0; periods.len()]; periods.len()];
        self.seen.each(|words, installations| {
            for row in 0..installations {
                let (mut cohort, mut last) = (None, None);
                for period in things_of(words, row).filter_map(|day| period_of.get(day).copied().flatten()) {
                    if last.replace(period) != Some(period) {
                        cohorts[*cohort.get_or_insert(period)][period] += 1;
                    }
                }
            }
        });
        cohorts
    }

    /// Which bit a day is.
    fn place(&self, day: Date) -> Option<usize> {
        usize::try_from(days_since_1970(day) - self.monday).ok()
    }

    /// The bits of these days.
    fn mask(&self, (from, to): (Date, Date)) -> Mask {
        let (from, to) = (days_since_1970(from) - self.monday, days_since_1970(to) - self.monday);
        let bits = |first: i32| {
            let below = |day: i32| (1_u64 << (day - first).clamp(0, WORD_DAYS)) - 1;
            below(to) & !below(from)
        };
        let words = (0..).zip((0..to).step_by(WORD_DAYS as usize)).map(|(word, first)| (word, bits(first)));
        words.filter(|(_, bits)| *bits != 0).collect()
    }

    /// The periods from that of the first day to that of the last, each with the first day of the next.
    pub(super) fn periods(&self, span: Span) -> impl Iterator<Item = (Date, Date)> {
        let last = self.last;
        span.starts(span.start(self.first))
            .take_while(move |start| *start <= last)
            .map(move |start| (start, span.next(start)))
    }
}

fn is_a_day(mask: &[(usize, u64)]) -> bool {
    matches!(mask, [(_, bits)] if bits.count_ones() == 1)
}

/// Whether an installation was there on any of these days.
fn was_there(words: &[Vec<u64>], row: usize, mask: &[(usize, u64)]) -> bool {
    mask.iter().any(|(word, bits)| words.get(*word).and_then(|word| word.get(row)).is_some_and(|days| days & bits != 0))
}
