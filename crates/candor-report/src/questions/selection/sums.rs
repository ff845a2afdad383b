//! Sums: of days where a grain has what is asked for, or of the rows themselves.

use std::collections::BTreeSet;

use candor_wire::{DURATIONS, EVENTS};
use jiff::civil::Date;

use super::{
    super::{Answer, QuestionError, breakdown::Breakdown, tables},
    Selection,
};
use crate::{Source, dimension::quoted};

/// So many columns are asked for their values with no more work than it is to find out which have any.
const FEW: usize = 2;

impl Selection<'_> {
    /// The answer to `sql`, which follows `WITH selected AS (…)`: either more tables after a comma, or the `SELECT`.
    ///
    /// `selected` has what happened and how it ended, `count`, the further `columns` of `facts`, and `by_value` where the question
    /// is broken down. With `duration_bucket` among the columns there is `timed`, of how many `count` these are: sums keep
    /// the two apart, so that percentiles need `timed` and everything else `count`. Where an attribute is among the columns,
    /// there are only the rows that have it. Which operation or part it was is not known beside any other column than
    /// `duration_bucket`.
    pub(in crate::questions) async fn ask(&self, columns: &[&str], sql: &str) -> Result<Answer, QuestionError> {
        self.ask_sums(self.query.from, columns, self.breakdown.as_ref(), sql).await
    }

    /// Likewise, of the base dimensions and all days from `from` on.
    pub(in crate::questions) async fn ask_since(&self, from: Date, sql: &str) -> Result<Answer, QuestionError> {
        self.ask_sums(from, &[], None, sql).await
    }

    /// Likewise, of everything together, without `by_value`.
    pub(in crate::questions) async fn ask_whole(&self, columns: &[&str], sql: &str) -> Result<Answer, QuestionError> {
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

    /// The columns of attributes of text that a selected fact of `kinds` may have: those that one has, where there are more than
    /// a few.
    pub(in crate::questions) async fn used_texts(&self, kinds: &str) -> Result<Vec<String>, QuestionError> {
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
        if fields.len() <= FEW {
            return Ok(fields.into_iter().map(str::to_owned).collect());
        }
        let counted =
            fields.iter().map(|name| format!("COUNT({0}) AS {0}", quoted(name))).collect::<Vec<_>>().join(", ");
        let selected = format!("SELECT {counted} FROM {} WHERE {kinds} AND {}", self.raw(&needed)?, self.condition());
        let answer = self.query(self.query.from, &selected, "SELECT * FROM selected").await?;
        Ok(fields.into_iter().filter(|name| answer.sum(0, name) > 0).map(str::to_owned).collect())
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
    use datafusion::prelude::SessionContext;

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
