//! What counters have come to.

use sqlx::Row;

use super::{Catalog, CatalogError, CounterTotal};

impl Catalog {
    /// What is known of these counters of a project; nothing of those that are new.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn totals(&self, project: i64, streams: &[i64]) -> Result<Vec<CounterTotal>, CatalogError> {
        let rows = sqlx::query(
            "SELECT stream, before, value, time, heard FROM totals \
             WHERE project = ? AND stream IN (SELECT value FROM json_each(?))",
        )
        .bind(project)
        .bind(list(streams))
        .fetch_all(self.pool())
        .await?;
        let total = |row: &sqlx::sqlite::SqliteRow| {
            Ok(CounterTotal {
                stream: row.try_get("stream")?,
                before: row.try_get("before")?,
                value: row.try_get("value")?,
                time: row.try_get("time")?,
                heard: row.try_get("heard")?,
            })
        };
        rows.iter().map(total).collect()
    }

    /// How many counters of a project are known.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn count_totals(&self, project: i64) -> Result<u64, CatalogError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM totals WHERE project = ?")
            .bind(project)
            .fetch_one(self.pool())
            .await?;
        Ok(count.unsigned_abs())
    }

    /// Remembers what counters have come to, all or nothing, on disk when it returns.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn set_totals(&self, project: i64, totals: &[CounterTotal]) -> Result<(), CatalogError> {
        let rows: Vec<String> = totals
            .iter()
            .map(|total| list(&[total.stream, total.before, total.value, total.time, i64::from(total.heard)]))
            .collect();
        sqlx::query(
            "INSERT INTO totals (project, stream, before, value, time, heard) \
             SELECT ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?) WHERE true \
             ON CONFLICT (project, stream) DO UPDATE SET \
             before = excluded.before, value = excluded.value, time = excluded.time, heard = excluded.heard",
        )
        .bind(project)
        .bind(format!("[{}]", rows.join(",")))
        .execute(self.pool())
        .await?;
        Ok(())
    }

    /// Forgets counters that were last heard of before `day`, days since 1970-01-01; gives back how many.
    ///
    /// # Errors
    /// SQLite's.
    pub async fn forget_totals(&self, day: i32) -> Result<u64, CatalogError> {
        Ok(sqlx::query("DELETE FROM totals WHERE heard < ?").bind(day).execute(self.pool()).await?.rows_affected())
    }
}

/// Whole numbers as a list in JSON, which SQLite reads as such.
fn list(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    format!("[{}]", numbers.join(","))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use crate::{IdentityPolicy, NewProject, ProjectMode};

    #[tokio::test]
    async fn totals_are_remembered_whole_and_forgotten_by_the_day() {
        let dir = tempfile::tempdir().unwrap();
        let catalog = Catalog::open(dir.path()).await.unwrap();
        let new = NewProject {
            name: "inventory".to_owned(),
            mode: ProjectMode::Open,
            manifest: None,
            identity: IdentityPolicy::Stable,
        };
        let project = catalog.create_project(new).await.unwrap().project.id;
        let total = |stream, value, heard| CounterTotal { stream, before: 0, value, time: i64::MAX, heard };
        let first = [total(i64::MIN, i64::MAX, 1), total(2, 1, 2), total(i64::MAX, 0, 3)];
        catalog.set_totals(project, &first).await.unwrap();
        catalog.set_totals(project, &[CounterTotal { before: 1, ..total(2, 5, 4) }]).await.unwrap();
        let known = catalog.totals(project, &[2, i64::MIN, 7]).await.unwrap();
        assert_eq!(known, [first[0].clone(), CounterTotal { before: 1, ..total(2, 5, 4) }]);
        assert_eq!(catalog.forget_totals(4).await.unwrap(), 2);
        assert_eq!(catalog.count_totals(project).await.unwrap(), 1);
        assert!(catalog.set_totals(project + 1, &first).await.is_err(), "of no project");
    }
}
