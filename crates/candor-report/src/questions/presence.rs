//! How many different installations there were, in one pass over who was there on which day.
//!
//! Of each installation there is a bit a day, in words of nine weeks. Whether it was there in a period is then a comparison, and
//! how many were is a sum: of days, weeks and months at once, where counting different ones would need a pass for each.

use jiff::civil::Date;

use super::{
    Answer, QuestionError, Selection,
    periods::{Span, days_since_1970},
};

/// Days of a word: whole weeks, so that no week is in two.
const WORD_DAYS: i32 = 63;

/// The most periods of one query: each is a column.
const MOST_PERIODS: usize = 100;

/// The days on which installations were there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Presence {
    /// The Monday that the first word begins with, in days since 1970.
    monday: i32,
    words: i32,
    since: Date,
    first: Date,
    last: Date,
}

impl Presence {
    /// Of what is selected from the day `since` on; `None` where no installation can be told from another.
    pub(super) async fn of(selection: &Selection<'_>, since: Date) -> Result<Option<Self>, QuestionError> {
        let sql = "SELECT MIN(day) AS first, MAX(day) AS last FROM selected WHERE installation IS NOT NULL";
        let answer = selection.ask_installations(since, sql).await?;
        let (Some(first), Some(last)) = (answer.date(0, "first"), answer.date(0, "last")) else { return Ok(None) };
        let monday = days_since_1970(Span::Week.start(first));
        let words = (days_since_1970(last) - monday) / WORD_DAYS + 1;
        Ok(Some(Self { monday, words, since, first, last }))
    }

    /// How many installations were there in each of these periods, from its first day up to and without its last.
    pub(super) async fn count(
        &self,
        selection: &Selection<'_>,
        periods: &[(Date, Date)],
    ) -> Result<Vec<i64>, QuestionError> {
        let mut counts = Vec::with_capacity(periods.len());
        for periods in periods.chunks(MOST_PERIODS) {
            let answer = self.ask(selection, &format!("SELECT {} FROM words", self.sums(periods))).await?;
            counts.extend((0..periods.len()).map(|period| answer.sum(0, &format!("period{period}"))));
        }
        Ok(counts)
    }

    /// How many of those who were there for the first time in each of these periods were there in each of them: a column
    /// `cohort`, the place of the first, and `period0` and so on.
    pub(super) async fn cohorts(
        &self,
        selection: &Selection<'_>,
        periods: &[(Date, Date)],
    ) -> Result<Answer, QuestionError> {
        let whens =
            periods.iter().enumerate().map(|(place, period)| format!("WHEN {} THEN {place}", self.was_there(*period)));
        let sql = format!(
            "SELECT CASE {} END AS cohort, {} FROM words GROUP BY 1",
            whens.collect::<Vec<_>>().join(" "),
            self.sums(periods)
        );
        self.ask(selection, &sql).await
    }

    /// The answer to `sql` about `words`: a row an installation.
    async fn ask(&self, selection: &Selection<'_>, sql: &str) -> Result<Answer, QuestionError> {
        let words = (0..self.words).map(|word| {
            let (from, to) = (self.monday + word * WORD_DAYS, self.monday + (word + 1) * WORD_DAYS);
            format!(
                "BIT_OR(CASE WHEN number >= {from} AND number < {to}
                THEN CAST(1 AS BIGINT) << CAST(number - {from} AS BIGINT) ELSE 0 END) AS word{word}"
            )
        });
        let words = words.collect::<Vec<_>>().join(", ");
        let sql = format!(
            ", days AS (SELECT installation, CAST(day AS INT) AS number FROM selected WHERE installation IS NOT NULL),
            words AS (SELECT installation, {words} FROM days GROUP BY installation) {sql}"
        );
        selection.ask_installations(self.since, &sql).await
    }

    fn sums(&self, periods: &[(Date, Date)]) -> String {
        let sum = |(place, period): (usize, &(Date, Date))| {
            format!("SUM(CASE WHEN {} THEN 1 ELSE 0 END) AS period{place}", self.was_there(*period))
        };
        periods.iter().enumerate().map(sum).collect::<Vec<_>>().join(", ")
    }

    /// Whether an installation was there on any of these days.
    fn was_there(&self, (from, to): (Date, Date)) -> String {
        let (from, to) = (days_since_1970(from) - self.monday, days_since_1970(to) - self.monday);
        let bits = |word: i32| {
            let below = |day: i32| (1_i128 << (day - word * WORD_DAYS).clamp(0, WORD_DAYS)) - 1;
            below(to) & !below(from)
        };
        let words = (0..self.words).map(|word| (word, bits(word))).filter(|(_, bits)| *bits != 0);
        let any = words.map(|(word, bits)| format!("(word{word} & {bits}) <> 0")).collect::<Vec<_>>();
        if any.is_empty() { "FALSE".to_owned() } else { format!("({})", any.join(" OR ")) }
    }

    /// The periods from that of the first day to that of the last, each with the first day of the next.
    pub(super) fn periods(&self, span: Span) -> impl Iterator<Item = (Date, Date)> {
        let last = self.last;
        span.starts(span.start(self.first))
            .take_while(move |start| *start <= last)
            .map(move |start| (start, span.next(start)))
    }
}
