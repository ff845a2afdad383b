//! How many different installations there were, in one pass over who was there on which day.
//!
//! Of each installation there is a bit a day, in words of nine weeks. Whether it was there in a period is then a comparison: of
//! days, weeks and months at once, where counting different ones would need a pass for each.

use datafusion::{
    arrow::{array::AsArray, datatypes::Int64Type},
    error::DataFusionError,
};
use futures::TryStreamExt;
use jiff::civil::Date;

use super::{
    QuestionError, Selection,
    periods::{Span, days_since_1970},
};

/// Days of a word: whole weeks, so that no week is in two.
const WORD_DAYS: i32 = 63;

/// The days on which installations were there.
#[derive(Debug)]
pub(super) struct Presence {
    /// The Monday that the first word begins with, in days since 1970.
    monday: i32,
    words: usize,
    since: Date,
    first: Date,
    last: Date,
    /// The days on which any was there, in order, and how many operations they ran.
    pub(super) runs: Vec<(Date, i64)>,
}

/// The days of a period: numbers of words, and the bits in each.
type Mask = Vec<(usize, i64)>;

impl Presence {
    /// Of what is selected from the day `since` on; `None` where no installation can be told from another.
    pub(super) async fn of(selection: &Selection<'_>, since: Date) -> Result<Option<Self>, QuestionError> {
        let sql =
            "SELECT day, SUM(runs) AS runs FROM selected WHERE installation IS NOT NULL GROUP BY day ORDER BY day";
        let answer = selection.ask_installations(since, sql).await?;
        let runs: Vec<_> =
            answer.rows().filter_map(|row| Some((answer.date(row, "day")?, answer.sum(row, "runs")))).collect();
        let (Some((first, _)), Some((last, _))) = (runs.first(), runs.last()) else { return Ok(None) };
        let (first, last) = (*first, *last);
        let monday = days_since_1970(Span::Week.start(first));
        let words = (days_since_1970(last) - monday) / WORD_DAYS + 1;
        Ok(Some(Self { monday, words: usize::try_from(words).unwrap_or(0), since, first, last, runs }))
    }

    /// How many installations were there in each of these periods, from its first day up to and without its last.
    pub(super) async fn count(
        &self,
        selection: &Selection<'_>,
        periods: &[(Date, Date)],
    ) -> Result<Vec<i64>, QuestionError> {
        let masks: Vec<_> = periods.iter().map(|period| self.mask(*period)).collect();
        let mut counts = vec![0; masks.len()];
        self.each(selection, |words, rows| {
            for (count, mask) in counts.iter_mut().zip(&masks) {
                *count += match mask.as_slice() {
                    [(word, bits)] => words[*word].iter().filter(|days| *days & bits != 0).count(),
                    mask => (0..rows).filter(|row| was_there(words, *row, mask)).count(),
                };
            }
        })
        .await?;
        Ok(counts.into_iter().map(|count| i64::try_from(count).unwrap_or(i64::MAX)).collect())
    }

    /// How many of those who were there for the first time in each of these periods were there in each of them.
    pub(super) async fn cohorts(
        &self,
        selection: &Selection<'_>,
        periods: &[(Date, Date)],
    ) -> Result<Vec<Vec<i64>>, QuestionError> {
        let masks: Vec<_> = periods.iter().map(|period| self.mask(*period)).collect();
        let mut cohorts = vec![vec![0; masks.len()]; masks.len()];
        self.each(selection, |words, rows| {
            for row in 0..rows {
                let mut there = (0..masks.len()).filter(|period| was_there(words, row, &masks[*period])).peekable();
                let Some(cohort) = there.peek().copied() else { continue };
                there.for_each(|period| cohorts[cohort][period] += 1);
            }
        })
        .await?;
        Ok(cohorts)
    }

    /// Has `visit` see the words of all installations, some of these at a time, with how many they are.
    async fn each(
        &self,
        selection: &Selection<'_>,
        mut visit: impl FnMut(&[&[i64]], usize),
    ) -> Result<(), QuestionError> {
        let words = (0..self.words).zip((self.monday..).step_by(WORD_DAYS as usize)).map(|(word, from)| {
            format!(
                "BIT_OR(CASE WHEN number >= {from} AND number < {to}
                THEN CAST(1 AS BIGINT) << CAST(number - {from} AS BIGINT) ELSE 0 END) AS word{word}",
                to = from + WORD_DAYS,
            )
        });
        let words = words.collect::<Vec<_>>().join(", ");
        let names = (0..self.words).map(|word| format!("word{word}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            ", days AS (SELECT installation, CAST(day AS INT) AS number FROM selected WHERE installation IS NOT NULL),
            words AS (SELECT installation, {words} FROM days GROUP BY installation)
            SELECT {names} FROM words"
        );
        let mut batches = selection.installations(self.since, &sql).await?.execute_stream().await?;
        while let Some(batch) = batches.try_next().await? {
            let column = |column: &datafusion::arrow::array::ArrayRef| {
                column.as_primitive_opt::<Int64Type>().map(|words| words.values().clone())
            };
            let words: Option<Vec<_>> = batch.columns().iter().map(column).collect();
            let words = words.ok_or_else(|| DataFusionError::Internal("words that are no integers".to_owned()))?;
            visit(&words.iter().map(|words| &words[..]).collect::<Vec<_>>(), batch.num_rows());
        }
        Ok(())
    }

    /// The bits of these days.
    fn mask(&self, (from, to): (Date, Date)) -> Mask {
        let (from, to) = (days_since_1970(from) - self.monday, days_since_1970(to) - self.monday);
        let bits = |first: i32| {
            let below = |day: i32| (1_i128 << (day - first).clamp(0, WORD_DAYS)) - 1;
            i64::try_from(below(to) & !below(from)).unwrap_or(0)
        };
        let words = (0..self.words).zip((0..).step_by(WORD_DAYS as usize)).map(|(word, first)| (word, bits(first)));
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

/// Whether an installation was there on any of these days.
fn was_there(words: &[&[i64]], row: usize, mask: &[(usize, i64)]) -> bool {
    mask.iter().any(|(word, bits)| words[*word][row] & bits != 0)
}
