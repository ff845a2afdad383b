//! The rows that a question is about, as SQL with bound parameters.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use candor_wire::{DURATIONS, EVENTS};
use datafusion::{
    common::ScalarValue,
    error::DataFusionError,
    prelude::{DataFrame, SessionContext},
};
use jiff::civil::Date;

use super::{
    Answer, QuestionError, breakdown::Breakdown, condition::Condition, derived, periods::days_since_1970, tables,
    tables::Tables,
};
use crate::{Cell, Query, Report, ReportName, Source, dimension::quoted};

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

    /// The answer to `sql`, which follows `WITH selected AS (…)`: either more tables after a comma, or the `SELECT`.
    ///
    /// `selected` has what happened and how it ended, `count`, the further `columns` of `facts`, and `by_value` where the question
    /// is broken down. With `duration_bucket` among the columns there is `timed`, of how many `count` these are: sums keep
    /// the two apart, so that percentiles need `timed` and everything else `count`. Where an attribute is among the columns,
    /// there are only the rows that have it. Which operation or part it was is not known beside any other column than
    /// `duration_bucket`.
    pub(super) async fn ask(&self, columns: &[&str], sql: &str) -> Result<Answer, QuestionError> {
        self.ask_sums(self.query.from, columns, self.breakdown.as_ref(), sql).await
    }

    /// Likewise, of the base dimensions and all days from `from` on.
    pub(super) async fn ask_since(&self, from: Date, sql: &str) -> Result<Answer, QuestionError> {
        self.ask_sums(from, &[], None, sql).await
    }

    /// Likewise, of everything together, without `by_value`.
    pub(super) async fn ask_whole(&self, columns: &[&str], sql: &str) -> Result<Answer, QuestionError> {
        self.ask_sums(self.query.from, columns, None, sql).await
    }

    async fn ask_sums(
        &self,
        from: Date,
        columns: &[&str],
        breakdown: Option<&Breakdown>,
        sql: &str,
    ) -> Result<Answer, QuestionError> {
        let mut needed = self.needed(columns);
        needed.extend(breakdown.iter().flat_map(|breakdown| &breakdown.columns).map(String::as_str));
        let grains = match self.query.source {
            Source::Raw => None,
            _ => self.tables.grains(&needed),
        };
        let mut selected = tables::HAPPENED.map(quoted).join(", ");
        selected.push_str(&measures(needed.contains(tables::DURATION), grains.is_some()));
        for column in columns.iter().filter(|column| **column != tables::DURATION) {
            selected.push_str(&format!(", {}", quoted(column)));
        }
        let mut condition = String::new();
        if let Some(breakdown) = breakdown {
            selected.push_str(&format!(", {}", breakdown.sql()));
            if breakdown.columns.iter().any(|column| tables::is_attribute(column)) {
                condition.push_str(&format!(" AND {} IS NOT NULL", breakdown.value));
            }
        }
        for column in columns.iter().filter(|column| tables::is_attribute(column)) {
            condition.push_str(&format!(" AND {} IS NOT NULL", quoted(column)));
        }
        let table = match grains {
            Some(grains) => {
                let names: Vec<_> = grains.iter().map(|grain| format!("'{}'", grain.replace('\'', "''"))).collect();
                condition.push_str(&format!(" AND grain IN ({})", names.join(", ")));
                self.tables.for_sums("daily")
            }
            None => self.tables.for_sums(self.raw(&needed)?),
        };
        let selected = format!("SELECT {selected} FROM {table} WHERE {}{condition}", self.condition());
        self.query(from, &selected, sql).await
    }

    /// Likewise, of the table `installation_days` with the columns `day, installation, version, country, runs` and all days
    /// from `from` on. Null is never among the installations.
    pub(super) async fn ask_installations(&self, from: Date, sql: &str) -> Result<Answer, QuestionError> {
        Ok(Answer::collect(self.installations(from, sql).await?).await?)
    }

    /// Likewise, before it is answered.
    pub(super) async fn installations(&self, from: Date, sql: &str) -> Result<DataFrame, QuestionError> {
        let needed = self.needed(&[]);
        let has_table = self.query.source != Source::Raw && self.tables.installation_days_have(&needed);
        let table = match has_table {
            true => "installation_days".to_owned(),
            false => derived::installation_days(&self.tables.for_sums(self.raw(&needed)?)),
        };
        let selected =
            format!("SELECT day, installation, version, country, runs FROM {table} WHERE {}", self.condition());
        self.frame(from, &selected, sql).await
    }

    /// Likewise, of the table `actives` with all days from `from` on.
    pub(super) async fn ask_actives(&self, from: Date, sql: &str) -> Result<Answer, QuestionError> {
        let needed = self.needed(&[]);
        let has_table = self.query.source != Source::Raw && self.tables.actives_have(&needed);
        let table = match has_table {
            true => self.tables.for_sums("actives"),
            false => derived::actives(&self.tables.for_sums(self.raw(&needed)?), &self.tables),
        };
        let columns = "day, version, first_of_week, first_of_month, weeks, sketch, bits, cell, rank, count";
        self.query(from, &format!("SELECT {columns} FROM {table} WHERE {}", self.condition()), sql).await
    }

    /// Likewise, of the table `crashes` with the columns `kind, name, version, installation`: what has a report.
    pub(super) async fn ask_crashes(&self, sql: &str) -> Result<Answer, QuestionError> {
        let needed = self.needed(&[]);
        let table = match self.tables.crashes_have(&needed) {
            true => "crashes",
            false => self.raw(&needed)?,
        };
        let selected = format!(
            "SELECT day, kind, name, version, installation FROM {table}
            WHERE kind IN ('crash', 'error') AND {}",
            self.condition()
        );
        self.query(self.query.from, &selected, sql).await
    }

    /// Likewise, of the rows themselves, with these columns of `facts` and all days from `from` on.
    pub(super) async fn ask_rows(&self, from: Date, columns: &[&str], sql: &str) -> Result<Answer, QuestionError> {
        let table = self.raw(&columns.iter().copied().collect())?;
        let columns = columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
        self.query(from, &format!("SELECT {columns} FROM {table} WHERE {}", self.condition()), sql).await
    }

    /// Likewise, of how the items ended that the project was sent. Filters do not apply.
    pub(super) async fn ask_outcomes(&self, sql: &str) -> Result<Answer, QuestionError> {
        let selected = "SELECT day, outcome, reason, count FROM outcomes
            WHERE project = $project AND day >= $from AND day < $to";
        let parameters = self.parameters(self.query.from).into_iter().take(3).collect::<Vec<_>>();
        let frame = self.session.sql(&format!("WITH selected AS ({selected}) {sql}")).await?;
        Ok(Answer::collect(frame.with_param_values(parameters)?).await?)
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

    /// Whether the rows themselves were needed for an answer so far.
    pub(super) fn was_raw(&self) -> bool {
        self.was_raw.load(Relaxed)
    }

    /// The columns of attributes of text that any selected fact of `kinds` has.
    pub(super) async fn used_texts(&self, kinds: &str) -> Result<Vec<String>, QuestionError> {
        let fields = self.tables.facts.fields().iter().map(|field| field.name().as_str());
        let fields: Vec<_> = fields.filter(|name| name.starts_with("text_")).collect();
        let needed = self.needed(&[]);
        if self.query.source != Source::Raw && self.tables.grains(&needed).is_some_and(|grains| grains == [EVENTS.name])
        {
            let daily = self.tables.for_sums("daily");
            let selected = format!("SELECT grain FROM {daily} WHERE {kinds} AND {}", self.condition());
            let answer = self.query(self.query.from, &selected, "SELECT DISTINCT grain FROM selected").await?;
            let grains: BTreeSet<_> = answer.rows().filter_map(|row| answer.text(row, "grain")).collect();
            return Ok(fields.into_iter().filter(|name| grains.contains(name)).map(str::to_owned).collect());
        }
        if fields.is_empty() {
            return Ok(Vec::new());
        }
        let counted =
            fields.iter().map(|name| format!("COUNT({0}) AS {0}", quoted(name))).collect::<Vec<_>>().join(", ");
        let selected = format!("SELECT {counted} FROM {} WHERE {kinds} AND {}", self.raw(&needed)?, self.condition());
        let answer = self.query(self.query.from, &selected, "SELECT * FROM selected").await?;
        Ok(fields.into_iter().filter(|name| answer.sum(0, name) > 0).map(str::to_owned).collect())
    }

    /// Whether anything in these days, whatever the filters, identifies an installation.
    pub(super) async fn identifies(&self) -> Result<bool, QuestionError> {
        let has_table = self.query.source != Source::Raw && self.tables.installation_days_have(&BTreeSet::new());
        let table = if has_table { "installation_days" } else { self.raw(&BTreeSet::new())? };
        let sql = format!(
            "SELECT 1 AS one FROM {table}
            WHERE installation IS NOT NULL AND project = $project AND day >= $from AND day < $to LIMIT 1"
        );
        let parameters = self.parameters(self.query.from).into_iter().take(3).collect::<Vec<_>>();
        let answer = Answer::collect(self.session.sql(&sql).await?.with_param_values(parameters)?).await?;
        Ok(!answer.rows().is_empty())
    }

    /// The report `name` of this question, without rows yet.
    pub(super) fn report(&self, name: ReportName) -> Report {
        Report::empty(name, self.query)
    }

    /// SQL that names the value that it is broken down by, to stand before other columns; nothing where it is not.
    pub(super) fn by_value(&self) -> &'static str {
        if self.breakdown.is_some() { "by_value, " } else { "" }
    }

    /// `row` with the value that it is broken down by behind its keys, where it is broken down.
    pub(super) fn broken(&self, name: ReportName, answer: &Answer, row: usize, mut cells: Vec<Cell>) -> Vec<Cell> {
        if self.breakdown.is_some() {
            cells.insert(name.keys(), answer.text_cell(row, "by_value"));
        }
        cells
    }

    /// Puts the rows of a broken down report together that are equal in their other keys: in the order of the first of
    /// them, and in each the most frequent values first.
    pub(super) fn group(&self, report: &mut Report) {
        self.group_as(report, &[]);
    }

    /// Likewise, first in the order in which `rows` that are not broken down have those keys.
    pub(super) fn group_as(&self, report: &mut Report, rows: &[Vec<Cell>]) {
        let Some(breakdown) = &self.breakdown else { return };
        let keys = report.name.keys();
        let mut order: Vec<Vec<Cell>> = Vec::new();
        for row in rows.iter().chain(&report.rows) {
            if !order.iter().any(|known| *known == row[..keys]) {
                order.push(row[..keys].to_vec());
            }
        }
        let place = |row: &Vec<Cell>| {
            (order.iter().position(|known| *known == row[..keys]), breakdown.rank(row[keys].as_text()))
        };
        report.rows.sort_by_cached_key(place);
    }

    /// `keys`, and the value that it is broken down by.
    pub(super) fn keys(&self, keys: &[&'static str]) -> Vec<&'static str> {
        keys.iter().copied().chain(self.breakdown.as_ref().map(|_| "by_value")).collect()
    }

    /// Whether anything is filtered by.
    pub(super) fn is_filtered(&self) -> bool {
        !self.query.filters.is_empty()
    }

    /// The first day and the day after the last.
    pub(super) fn days(&self) -> (Date, Date) {
        (self.query.from, self.query.to)
    }

    /// The sentence that stands for an empty report.
    pub(super) fn nothing_found(&self) -> String {
        let filters: Vec<_> =
            self.query.filters.iter().map(|filter| format!("{} = {}", filter.name(), filter.value())).collect();
        match filters.is_empty() {
            true => "Nothing was reported in these days.".to_owned(),
            false => format!("Nothing was reported in these days with {}.", filters.join(", ")),
        }
    }
}

/// The measures of `selected` in SQL, to follow other columns.
fn measures(with_durations: bool, of_sums: bool) -> String {
    match (with_durations, of_sums) {
        (false, _) => ", count".to_owned(),
        (true, true) => format!(
            ", duration_bucket, CASE WHEN grain = '{0}' THEN 0 ELSE count END AS count,
            CASE WHEN grain = '{0}' THEN count ELSE 0 END AS timed",
            DURATIONS.name
        ),
        // As coarse as the sums are.
        (true, false) => format!(
            ", {COARSE_BUCKET} AS duration_bucket, count,
            CASE WHEN duration_bucket IS NULL THEN 0 ELSE count END AS timed"
        ),
    }
}

/// [`candor_wire::DurationBucket::coarse`] in SQL.
const COARSE_BUCKET: &str = "CAST(CASE
    WHEN duration_bucket < 64 THEN duration_bucket
    WHEN kind = 'part' THEN duration_bucket / 8 * 8 + 4
    ELSE duration_bucket / 4 * 4 + 2
    END AS SMALLINT)";

#[cfg(test)]
mod tests {
    use candor_wire::DurationBucket;

    use super::*;

    #[tokio::test]
    async fn sql_and_code_agree_on_what_stands_for_every_bucket() {
        let all = (0..=DurationBucket::MAX.index()).map(|index| format!("({index})")).collect::<Vec<_>>().join(",");
        for kind in ["part", "operation"] {
            let sql = format!(
                "SELECT duration_bucket AS fine, {COARSE_BUCKET} AS coarse
                FROM (SELECT column1 AS duration_bucket, '{kind}' AS kind FROM (VALUES {all})) AS t"
            );
            let frame = SessionContext::new().sql(&sql).await.expect("valid SQL");
            let answer = Answer::collect(frame).await.expect("an answer");
            assert_eq!(answer.rows().len(), DurationBucket::COUNT);
            for row in answer.rows() {
                let [fine, coarse] =
                    ["fine", "coarse"].map(|name| u16::try_from(answer.sum(row, name)).expect("an index"));
                let bucket = DurationBucket::from_index(fine).expect("a bucket");
                assert_eq!(bucket.coarse(kind == "part").index(), coarse, "{kind} {fine}");
            }
        }
    }
}
