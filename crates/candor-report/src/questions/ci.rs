//! CI: whether it runs in CI, in containers, at a terminal, for a coding agent.

use super::{MAX_ROWS, QuestionError, Selection};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Flag, Share, Text},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("ci", "ci", Text, "The CI service; none where there is known to be none."),
    Column::new("container", "container", Flag, "Whether it ran in a container."),
    Column::new("interactive", "interactive", Flag, "Whether somebody sat before it: a terminal."),
    Column::new("agent", "agent", Text, "The coding agent that ran the tool; none where there is known to be none."),
    Column::new("runs", "runs", Count, "How many operations ran so, or events of foreign clients came from there."),
    Column::new("share", "share", Share, "Its runs among all runs, also those that do not say."),
    Column::new(
        "success",
        "success",
        Share,
        "ok / (ok + error): of the runs that came to an end, those that succeeded.",
    ),
];

const SQL: &str = ", settings AS (
        SELECT ci, container, interactive, agent,
            SUM(CASE WHEN kind IN ('operation', 'track') THEN count ELSE 0 END) AS runs,
            SUM(CASE WHEN kind = 'operation' AND outcome = 'ok' THEN count ELSE 0 END) AS ok,
            SUM(CASE WHEN kind = 'operation' AND outcome = 'error' THEN count ELSE 0 END) AS error
        FROM selected WHERE kind IN ('operation', 'track') GROUP BY ci, container, interactive, agent)
    SELECT *, SUM(runs) OVER () AS total FROM settings WHERE runs > 0
    ORDER BY runs DESC, ci NULLS LAST, container NULLS LAST, interactive NULLS LAST, agent NULLS LAST";

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let columns = ["ci", "container", "interactive", "agent"];
    let answer = selection.ask(&columns, &format!("{SQL} LIMIT {}", MAX_ROWS + 1)).await?;
    let mut report = selection.report(ReportName::Ci);
    let (mut in_ci, mut known) = (0, 0);
    for row in answer.rows() {
        let runs = answer.sum(row, "runs");
        if let Some(service) = answer.text(row, "ci") {
            known += runs;
            in_ci += if service == "none" { 0 } else { runs };
        }
        report.rows.push(vec![
            answer.text_cell(row, "ci"),
            answer.flag_cell(row, "container"),
            answer.flag_cell(row, "interactive"),
            answer.text_cell(row, "agent"),
            answer.count(row, "runs"),
            Cell::share_of(runs, answer.sum(row, "total")),
            answer.success(row),
        ]);
    }
    if known > 0 {
        let percent = in_ci as f64 / known as f64 * 100.0;
        report.notes.push(format!("{percent:.1} % of the runs that say so were in CI."));
    }
    Ok(report)
}
