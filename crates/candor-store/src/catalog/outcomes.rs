//! What became of items, counted by project, day and reason.

use super::{Catalog, CatalogError, ItemOutcome, OutcomeCount, OutcomeDelta};

impl ItemOutcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Accepted, Self::Dropped, Self::Rejected, Self::Duplicate];

    /// Its name in the catalog and in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Dropped => "dropped",
            Self::Rejected => "rejected",
            Self::Duplicate => "duplicate",
        }
    }

    /// The outcome of this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == name)
    }
}

impl Catalog {
    /// Adds to the counts of how items ended, all or nothing.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn add_outcomes(&self, deltas: &[OutcomeDelta]) -> Result<(), CatalogError> {
        if deltas.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        for delta in deltas {
            sqlx::query(
                "INSERT INTO outcomes (project, day, outcome, reason, count) VALUES (?, ?, ?, ?, ?) \
                 ON CONFLICT (project, day, outcome, reason) DO UPDATE SET count = count + excluded.count",
            )
            .bind(delta.project)
            .bind(delta.day)
            .bind(delta.outcome.as_str())
            .bind(&delta.reason)
            .bind(i64::try_from(delta.count).unwrap_or(i64::MAX))
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// How the items of a project ended, on the days `from` (inclusive) to `to` (exclusive), days since 1970-01-01; by
    /// day, outcome and reason.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn outcomes(&self, project: i64, from: i32, to: i32) -> Result<Vec<OutcomeCount>, CatalogError> {
        let rows: Vec<(i32, String, String, i64)> = sqlx::query_as(
            "SELECT day, outcome, reason, count FROM outcomes WHERE project = ? AND day >= ? AND day < ? \
             ORDER BY day, outcome, reason",
        )
        .bind(project)
        .bind(from)
        .bind(to)
        .fetch_all(self.pool())
        .await?;
        let count = |(day, outcome, reason, count): (i32, String, String, i64)| {
            // The table's check lets in no other name.
            let outcome = ItemOutcome::from_name(&outcome)?;
            Some(OutcomeCount { day, outcome, reason, count: u64::try_from(count).unwrap_or(0) })
        };
        Ok(rows.into_iter().filter_map(count).collect())
    }
}
