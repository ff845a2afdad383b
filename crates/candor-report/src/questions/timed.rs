//! Sums and percentiles in one pass, for everything that has a duration.
//!
//! A duration is an integer bucket, so a percentile is the first bucket at which the running sum of runs, in the order
//! of the buckets, reaches its share of all runs (nearest rank). That is plain SQL, and sums add up: one run reported
//! a thousand times and a thousand sums of one run give the same answer.

use datafusion::{error::DataFusionError, prelude::SessionContext};

use super::Answer;

/// The percentiles that are computed: column name and percent.
const PERCENTILES: [(&str, u32); 4] = [("p50", 50), ("p90", 90), ("p95", 95), ("p99", 99)];

/// What has a duration, added up by keys and by bucket. Everything further is asked of these few groups: also totals, for which
/// the rows need not be read again.
pub(super) struct Timed {
    groups: Answer,
    sums: &'static [&'static str],
}

impl Timed {
    /// Of the groups that [`groups`] asks for with the same `sums`.
    pub(super) fn new(groups: Answer, sums: &'static [&'static str]) -> Self {
        Self { groups, sums }
    }

    /// What [`timed`] says of these keys, or of everything where there are none.
    pub(super) async fn by(&self, keys: &[&str], order: &str) -> Result<Answer, DataFusionError> {
        let context = SessionContext::new();
        context.register_batch("groups", self.groups.batch().clone())?;
        let sql = timed("SELECT * FROM groups", keys, self.sums);
        Answer::collect(context.sql(&format!("WITH selected AS (SELECT * FROM groups){sql} {order}")).await?).await
    }
}

/// SQL that adds up `source` by `keys` and by `bucket`.
///
/// `source` is a `SELECT` with the columns `keys`, `bucket`, `runs` (how often), `timed` (how often with that bucket) and `sums`.
pub(super) fn groups(source: &str, keys: &[&str], sums: &[&str]) -> String {
    let each_key = keys.iter().map(|key| format!("{key}, ")).collect::<String>();
    let added = sums.iter().map(|sum| format!("SUM({sum}) AS {sum}, ")).collect::<String>();
    format!(
        "SELECT {each_key}{added}bucket, SUM(runs) AS runs, SUM(timed) AS timed
        FROM ({source}) AS source GROUP BY {each_key}bucket"
    )
}

/// SQL (to follow `WITH selected AS (…)`) that gives a row for each combination of `keys`, with the keys, `runs`, the
/// `sums`, `time_us` (what all runs took together, as a float) and the buckets `p50`, `p90`, `p95` and `p99`.
///
/// `source` is that of [`groups`]. Without keys there is one row. The caller appends `ORDER BY` and `LIMIT`.
pub(super) fn timed(source: &str, keys: &[&str], sums: &[&str]) -> String {
    let each_key = keys.iter().map(|key| format!("{key}, ")).collect::<String>();
    let (group, partition) = match keys {
        [] => (String::new(), String::new()),
        keys => (format!("GROUP BY {}", keys.join(", ")), format!("PARTITION BY {}", keys.join(", "))),
    };
    let added = sums.iter().map(|sum| format!("SUM({sum}) AS {sum}, ")).collect::<String>();
    let percentiles = PERCENTILES
        .map(|(name, percent)| format!("MIN(bucket) FILTER (WHERE upto * 100 >= total * {percent}) AS {name}"));
    format!(
        ", buckets AS ({groups}),
        running AS (
            SELECT *,
                SUM(timed) OVER ({partition} ORDER BY bucket NULLS LAST ROWS UNBOUNDED PRECEDING) AS upto,
                SUM(timed) OVER ({partition}) AS total
            FROM buckets)
        SELECT {each_key}{added}SUM(runs) AS runs, SUM(timed * {micros}) AS time_us, {percentiles}
        FROM running {group}",
        groups = groups(source, keys, sums),
        micros = BUCKET_MICROS,
        percentiles = percentiles.join(", "),
    )
}

/// The microseconds that the integer in `bucket` stands for, as a float: [`candor_wire::DurationBucket::micros`] in SQL.
const BUCKET_MICROS: &str = "CASE
    WHEN bucket < 64 THEN CAST(bucket AS DOUBLE)
    ELSE CAST(64 + bucket % 64 AS DOUBLE) * CAST(CAST(1 AS BIGINT) << (CAST(bucket AS BIGINT) / 64 - 1) AS DOUBLE)
        + CAST((CAST(1 AS BIGINT) << (CAST(bucket AS BIGINT) / 64 - 1)) / 2 AS DOUBLE)
    END";

#[cfg(test)]
mod tests {
    use candor_wire::DurationBucket;
    use datafusion::prelude::SessionContext;

    use super::{super::Answer, BUCKET_MICROS};

    #[tokio::test]
    async fn sql_and_code_agree_on_the_duration_of_every_bucket() {
        let all = (0..=DurationBucket::MAX.index()).map(|index| format!("({index})")).collect::<Vec<_>>().join(",");
        let sql = format!("SELECT bucket, {BUCKET_MICROS} AS micros FROM (VALUES {all}) AS t(bucket)");
        let frame = SessionContext::new().sql(&sql).await.expect("valid SQL");
        let answer = Answer::collect(frame).await.expect("an answer");
        assert_eq!(answer.rows().len(), 3776);
        for row in answer.rows() {
            let index = u16::try_from(answer.sum(row, "bucket")).expect("an index");
            let micros = DurationBucket::from_index(index).expect("a bucket").micros();
            assert_eq!(answer.float(row, "micros"), Some(micros as f64), "bucket {index}");
        }
    }
}
