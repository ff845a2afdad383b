//! The rows that a question is about, as SQL with bound parameters.

mod rows;
mod shown;
mod sums;

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use datafusion::{
    common::ScalarValue,
    error::DataFusionError,
    prelude::{DataFrame, SessionContext},
};
use jiff::civil::Date;

use super::{
    Answer, QuestionError, breakdown::Breakdown, condition::Condition, periods::days_since_1970, tables, tables::Tables,
};
use crate::{Query, Source};
/// A session and what to look at in it.
pub(super) struct Selection<'a> {
    session: &'a SessionContext,
    query: &'a Query,
    pub(super) tables: Tables,
    /// What the filters ask for.
    condition: Condition,
    breakdown: Option<Breakdown>,
    /// Whether the rows themselves were needed for an answer.
    was_raw: AtomicBool,
}

impl<'a> Selection<'a> {
    pub(super) async fn new(session: &'a SessionContext, query: &'a Query) -> Result<Self, DataFusionError> {
        let tables = Tables::of(session).await?;
        let condition = Condition::of(&query.filters, &tables);
        Ok(Self { session, query, tables, condition, breakdown: None, was_raw: AtomicBool::new(false) })
    }

    /// The same, broken down.
    pub(super) fn broken_down(self, breakdown: Breakdown) -> Self {
        Self { breakdown: Some(breakdown), ..self }
    }

    /// The same of those rows alone for which `condition` holds, which looks at what the breakdown looks at.
    pub(super) fn narrowed(mut self, breakdown: &Breakdown, condition: &str) -> Self {
        self.condition.narrow(condition, &breakdown.columns, breakdown.parameters());
        self
    }

    /// The name of what it is broken down by.
    pub(super) fn field(&self) -> Option<String> {
        self.breakdown.as_ref()?;
        self.query.by.as_ref().map(ToString::to_string)
    }

    pub(super) fn breakdown(&self) -> Option<&Breakdown> {
        self.breakdown.as_ref()
    }

    /// The first day and the day after the last.
    pub(super) fn days(&self) -> (Date, Date) {
        (self.query.from, self.query.to)
    }

    /// Whether anything is filtered by.
    pub(super) fn is_filtered(&self) -> bool {
        !self.query.filters.is_empty()
    }

    /// Whether the rows themselves were needed for an answer so far.
    pub(super) fn was_raw(&self) -> bool {
        self.was_raw.load(Relaxed)
    }

    async fn query(&self, from: Date, selected: &str, sql: &str) -> Result<Answer, QuestionError> {
        Ok(Answer::collect(self.frame(from, selected, sql).await?).await?)
    }

    async fn frame(&self, from: Date, selected: &str, sql: &str) -> Result<DataFrame, QuestionError> {
        let frame = self.session.sql(&format!("WITH selected AS ({selected}) {sql}")).await?;
        Ok(frame.with_param_values(self.parameters(from))?)
    }

    fn parameters(&self, from: Date) -> Vec<(String, ScalarValue)> {
        let mut parameters = vec![
            ("project".to_owned(), ScalarValue::from(self.query.project.as_str())),
            ("from".to_owned(), ScalarValue::Date32(Some(days_since_1970(from)))),
            ("to".to_owned(), ScalarValue::Date32(Some(days_since_1970(self.query.to)))),
        ];
        parameters.extend(self.condition.parameters.iter().cloned());
        parameters.extend(self.breakdown.iter().flat_map(Breakdown::parameters));
        parameters
    }

    fn condition(&self) -> String {
        format!("project = $project AND day >= $from AND day < $to{}", self.condition.sql())
    }

    /// `columns`, and those of the filters.
    fn needed<'b>(&'b self, columns: &[&'b str]) -> BTreeSet<&'b str> {
        columns.iter().copied().chain(self.condition.columns.iter().map(String::as_str)).collect()
    }

    /// The table of the rows themselves, unless only sums are allowed.
    fn raw(&self, needed: &BTreeSet<&str>) -> Result<&'static str, QuestionError> {
        if self.query.source == Source::Rollup {
            let columns = needed.iter().copied().filter(|column| !tables::HAPPENED.contains(column));
            return Err(QuestionError::NotInRollup(columns.collect::<Vec<_>>().join(", ")));
        }
        self.was_raw.store(true, Relaxed);
        Ok("facts")
    }
}
