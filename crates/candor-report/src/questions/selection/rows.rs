//! Rows of the tables, as they are or derived from facts.

use std::collections::BTreeSet;

use datafusion::prelude::DataFrame;
use jiff::civil::Date;

use super::{
    super::{Answer, QuestionError, derived},
    Selection,
};
use crate::{Source, dimension::quoted};

impl Selection<'_> {
    /// Likewise, of the table `installation_days` with the columns `day, installation, version, country, runs` and all days
    /// from `from` on. Null is never among the installations.
    pub(in crate::questions) async fn ask_installations(&self, from: Date, sql: &str) -> Result<Answer, QuestionError> {
        Ok(Answer::collect(self.installations(from, sql).await?).await?)
    }

    /// Likewise, before it is answered.
    pub(in crate::questions) async fn installations(&self, from: Date, sql: &str) -> Result<DataFrame, QuestionError> {
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
    pub(in crate::questions) async fn ask_actives(&self, from: Date, sql: &str) -> Result<Answer, QuestionError> {
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
    pub(in crate::questions) async fn ask_crashes(&self, sql: &str) -> Result<Answer, QuestionError> {
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
    pub(in crate::questions) async fn ask_rows(
        &self,
        from: Date,
        columns: &[&str],
        sql: &str,
    ) -> Result<Answer, QuestionError> {
        let table = self.raw(&columns.iter().copied().collect())?;
        let columns = columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
        self.query(from, &format!("SELECT {columns} FROM {table} WHERE {}", self.condition()), sql).await
    }

    /// Likewise, of how the items ended that the project was sent. Filters do not apply.
    pub(in crate::questions) async fn ask_outcomes(&self, sql: &str) -> Result<Answer, QuestionError> {
        let selected = "SELECT day, outcome, reason, count FROM outcomes
            WHERE project = $project AND day >= $from AND day < $to";
        let parameters = self.parameters(self.query.from).into_iter().take(3).collect::<Vec<_>>();
        let frame = self.session.sql(&format!("WITH selected AS ({selected}) {sql}")).await?;
        Ok(Answer::collect(frame.with_param_values(parameters)?).await?)
    }

    /// Whether anything in these days, whatever the filters, identifies an installation.
    pub(in crate::questions) async fn identifies(&self) -> Result<bool, QuestionError> {
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
}
