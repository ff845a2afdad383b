//! The facts that a question is about, as SQL with bound parameters.

use std::collections::BTreeMap;

use datafusion::{arrow::datatypes::DataType, common::ScalarValue, error::DataFusionError, prelude::SessionContext};
use jiff::civil::{Date, date};

use super::Answer;
use crate::{Filter, Query, Report, ReportName};

/// A session and what to look at in it.
pub(super) struct Selection<'a> {
    session: &'a SessionContext,
    query: &'a Query,
    /// The condition on `facts`; whatever came from outside is a parameter in it.
    condition: String,
    parameters: Vec<(String, ScalarValue)>,
}

impl<'a> Selection<'a> {
    pub(super) fn new(session: &'a SessionContext, query: &'a Query) -> Self {
        let mut parameters = vec![
            ("project".to_owned(), ScalarValue::from(query.project.as_str())),
            ("from".to_owned(), ScalarValue::Date32(Some(days_since_1970(query.from)))),
            ("to".to_owned(), ScalarValue::Date32(Some(days_since_1970(query.to)))),
        ];
        let mut alternatives = BTreeMap::<_, Vec<String>>::new();
        for filter in &query.filters {
            let condition = match filter {
                Filter::Ci(true) => "ci <> 'none'".to_owned(),
                Filter::Ci(false) => "ci = 'none'".to_owned(),
                Filter::Equals(dimension, value) => {
                    let parameter = format!("filter{}", parameters.len());
                    let condition = format!("{dimension} = ${parameter}");
                    parameters.push((parameter, ScalarValue::from(value.as_str())));
                    condition
                }
            };
            alternatives.entry(filter.dimension()).or_default().push(condition);
        }
        let mut condition = "project = $project AND day >= $from AND day < $to".to_owned();
        for alternatives in alternatives.values() {
            condition.push_str(&format!(" AND ({})", alternatives.join(" OR ")));
        }
        Self { session, query, condition, parameters }
    }

    /// The answer to `sql`, which follows `WITH selected AS (…)`: either more tables after a comma, or the `SELECT`.
    pub(super) async fn ask(&self, sql: &str) -> Result<Answer, DataFusionError> {
        let sql = format!("WITH selected AS (SELECT * FROM facts WHERE {}) {sql}", self.condition);
        let frame = self.session.sql(&sql).await?.with_param_values(self.parameters.clone())?;
        Answer::collect(frame).await
    }

    /// The columns of `facts` whose name starts with `prefix` and that hold text.
    pub(super) async fn text_columns(&self, prefix: &str) -> Result<Vec<String>, DataFusionError> {
        let facts = self.session.table_provider("facts").await?.schema();
        let is_text =
            |data_type: &DataType| matches!(data_type, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8);
        let columns = facts.fields().iter().filter(|field| is_text(field.data_type()));
        Ok(columns.map(|field| field.name().clone()).filter(|name| name.starts_with(prefix)).collect())
    }

    /// The report `name` of this question, without rows yet.
    pub(super) fn report(&self, name: ReportName) -> Report {
        Report::empty(name, self.query)
    }

    /// The first day and the day after the last.
    pub(super) fn days(&self) -> (Date, Date) {
        (self.query.from, self.query.to)
    }

    /// The sentence that stands for an empty report.
    pub(super) fn nothing_found(&self) -> String {
        let filters: Vec<_> =
            self.query.filters.iter().map(|filter| format!("{} = {}", filter.dimension(), filter.value())).collect();
        match filters.is_empty() {
            true => "Nothing was reported in these days.".to_owned(),
            false => format!("Nothing was reported in these days with {}.", filters.join(", ")),
        }
    }
}

/// The number of the day in the column `day`.
fn days_since_1970(day: Date) -> i32 {
    (day - date(1970, 1, 1)).get_days()
}
