//! Invocations: how often an active installation runs the tool.

use std::collections::BTreeMap;

use super::{QuestionError, Selection, actives, periods::Span};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Date, Ratio, Text},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("period", "period", Text, "day or week (from Monday on), of UTC."),
    Column::new("start", "from", Date, "The first day of the period."),
    Column::new("runs", "runs", Count, "How many operations ran."),
    Column::new(
        "actives",
        "actives",
        Count,
        "How many installations said that this was their first record of the period; empty where none ever said so.",
    ),
    Column::new("per_active", "per active", Ratio, "runs / actives."),
    Column::new(
        "identified",
        "identified",
        Count,
        "How many different identifiers of installations were seen, where the project keeps them.",
    ),
    Column::new("identified_runs", "their runs", Count, "How many operations those ran that say who they are."),
    Column::new("per_identified", "per identified", Ratio, "identified_runs / identified."),
];

const SPANS: [Span; 2] = [Span::Day, Span::Week];

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let mut actives = actives::of(selection, &SPANS).await?;
    let mut runs = BTreeMap::<_, i64>::new();
    let (from, _) = selection.days();
    let since = Span::Week.start(from);
    let sql = "SELECT day, SUM(count) AS runs FROM selected WHERE kind = 'operation' GROUP BY day";
    let answer = selection.ask_since(since, sql).await?;
    for row in answer.rows() {
        let Some(day) = answer.date(row, "day") else { continue };
        for span in SPANS.into_iter().filter(|span| day >= span.start(from)) {
            *runs.entry((span, span.start(day))).or_default() += answer.sum(row, "runs");
        }
    }
    for period in runs.keys() {
        actives.periods.entry(*period).or_default();
    }
    let mut report = selection.report(ReportName::Invocations);
    for ((span, start), active) in &actives.periods {
        let runs = runs.get(&(*span, *start)).copied().unwrap_or(0);
        let of_flags = |cell| if actives.has_flags { cell } else { Cell::Empty };
        let of_identified = |cell| if actives.has_identified { cell } else { Cell::Empty };
        report.rows.push(vec![
            Cell::Text(span.as_str().to_owned()),
            Cell::Date(*start),
            Cell::Count(runs),
            of_flags(Cell::Count(active.flags)),
            of_flags(Cell::ratio_of(runs, active.flags)),
            of_identified(Cell::Count(active.identified)),
            of_identified(Cell::Count(active.identified_runs)),
            of_identified(Cell::ratio_of(active.identified_runs, active.identified)),
        ]);
    }
    if actives.has_flags {
        report.notes.push(
            "Machines that keep no state (containers, fresh CI runners) are among the runs and not among the actives; \
             without CI (ci = no) the ratio is closer to that of people."
                .to_owned(),
        );
    }
    if !report.rows.is_empty() {
        report.notes.push("The last week is not over.".to_owned());
    }
    Ok(report)
}
