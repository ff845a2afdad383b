//! What happened, as one small number: to add up by it costs a tenth of what a sum for each question costs.

/// Kinds, and the number of each times 8; what is none of them is 0.
const KINDS: [&str; 5] = ["operation", "track", "count", "lifecycle", "active"];
/// Outcomes, and the number of each; none is 0.
const OUTCOMES: [&str; 3] = ["ok", "error", "cancelled"];
/// The name that is told from the others: of what starts. It is 4 more.
const NAME: &str = "started";

/// SQL that adds up the `measures` of `rows`, which have `kind`, `outcome` and `name`, by `keys` and by what happened, where `kinds` holds.
pub(super) fn added(rows: &str, keys: &[&str], measures: &[&str], kinds: &str) -> String {
    let keys = keys.join(", ");
    let sums = measures.iter().map(|measure| format!("SUM({measure}) AS {measure}")).collect::<Vec<_>>().join(", ");
    format!(
        "SELECT {keys}, {kind} AS kind, {outcome} AS outcome, CASE WHEN what % 8 >= 4 THEN '{NAME}' END AS name, {measures}
        FROM (SELECT {keys}, {what} AS what, {sums} FROM ({rows}) AS happened WHERE {kinds} GROUP BY {keys}, {what}) AS added",
        kind = texts("what / 8", &KINDS, "'other'"),
        outcome = texts("what % 4", &OUTCOMES, "NULL"),
        measures = measures.join(", "),
        what = what(),
    )
}

/// What happened in a row, as a number in SQL.
fn what() -> String {
    format!(
        "({} + {} + CASE name WHEN '{NAME}' THEN 4 ELSE 0 END)",
        numbers("kind", &KINDS, 8),
        numbers("outcome", &OUTCOMES, 1)
    )
}

fn numbers(column: &str, texts: &[&str], each: usize) -> String {
    let whens = (1..).zip(texts).map(|(number, text)| format!(" WHEN '{text}' THEN {}", number * each));
    format!("CASE {column}{} ELSE 0 END", whens.collect::<String>())
}

fn texts(number: &str, texts: &[&str], otherwise: &str) -> String {
    let whens = (1..).zip(texts).map(|(number, text)| format!(" WHEN {number} THEN '{text}'"));
    format!("CASE {number}{} ELSE {otherwise} END", whens.collect::<String>())
}

#[cfg(test)]
mod tests {
    use datafusion::prelude::SessionContext;

    use super::{super::Answer, added};

    #[tokio::test]
    async fn what_is_added_up_says_what_happened() {
        let mut rows = Vec::new();
        for kind in ["operation", "track", "count", "lifecycle", "active", "part"] {
            for outcome in ["'ok'", "'error'", "'cancelled'", "NULL"] {
                for name in ["started", "x", "y"] {
                    rows.push(format!("('{kind}', {outcome}, '{name}', 1)"));
                }
            }
        }
        let rows = format!(
            "SELECT 'k' AS key, column1 AS kind, column2 AS outcome, column3 AS name, column4 AS count FROM (VALUES {})",
            rows.join(", ")
        );
        let sql = format!(
            "SELECT kind, outcome, name, count FROM ({})",
            added(&rows, &["key"], &["count"], "kind <> 'active'")
        );
        let answer =
            Answer::collect(SessionContext::new().sql(&sql).await.expect("valid SQL")).await.expect("an answer");
        let mut found: Vec<_> = answer
            .rows()
            .map(|row| {
                let text = |name| answer.text(row, name).unwrap_or("-").to_owned();
                format!("{} {} {} {}", text("kind"), text("outcome"), text("name"), answer.sum(row, "count"))
            })
            .collect();
        found.sort();
        let mut expected = Vec::new();
        for kind in ["count", "lifecycle", "operation", "other", "track"] {
            for outcome in ["-", "cancelled", "error", "ok"] {
                expected.push(format!("{kind} {outcome} - 2"));
                expected.push(format!("{kind} {outcome} started 1"));
            }
        }
        assert_eq!(found, expected);
    }
}
