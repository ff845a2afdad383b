//! Actives: how many installations were active in each day, week and month.

use std::collections::BTreeMap;

use jiff::civil::Date as Day;

use super::{QuestionError, Selection, periods::Span, presence::Presence};
use crate::{
    Cell, Column, Report, ReportName, Sketch,
    Unit::{Count, Date, Text},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("period", "period", Text, "day, week (from Monday on) or month, of UTC."),
    Column::new("start", "from", Date, "The first day of the period."),
    Column::new(
        "actives",
        "actives",
        Count,
        "How many installations said that this was their first record of the period: each does so once, and says nothing \
         else of itself. Empty where none ever said so.",
    ),
    Column::new(
        "stateless",
        "stateless",
        Count,
        "About how many machines that keep no state (containers, fresh CI runners) were active, estimated from a sketch.",
    ),
    Column::new("stateless_error", "±", Count, "The standard error of that estimate, in machines."),
    Column::new(
        "identified",
        "identified",
        Count,
        "How many different identifiers of installations were seen, where the project keeps them.",
    ),
];

/// What is known of a period.
#[derive(Debug, Default)]
pub(super) struct Active {
    /// How many said that this was their first record of it.
    pub(super) flags: i64,
    pub(super) sketch: Sketch,
    pub(super) identified: i64,
    /// How many operations the identified ones ran.
    pub(super) identified_runs: i64,
}

/// What is known of all periods of one length that begin before the end of the range and end after its beginning.
#[derive(Debug, Default)]
pub(super) struct Actives {
    pub(super) periods: BTreeMap<(Span, Day), Active>,
    pub(super) has_flags: bool,
    pub(super) has_identified: bool,
}

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let actives = of(selection, &Span::ALL).await?;
    let mut report = selection.report(ReportName::Actives);
    let mut has_sketch = false;
    for ((span, start), active) in &actives.periods {
        let estimate = active.sketch.estimate();
        has_sketch |= estimate.is_some();
        let rounded = |number: f64| Cell::Count(number.round() as i64);
        report.rows.push(vec![
            Cell::Text(span.as_str().to_owned()),
            Cell::Date(*start),
            if actives.has_flags { Cell::Count(active.flags) } else { Cell::Empty },
            estimate.map_or(Cell::Empty, |estimate| rounded(estimate.machines)),
            estimate.map_or(Cell::Empty, |estimate| rounded(estimate.error.ceil())),
            if actives.has_identified { Cell::Count(active.identified) } else { Cell::Empty },
        ]);
    }
    let mut note = |is_true: bool, text: &str| {
        if is_true {
            report.notes.push(text.to_owned());
        }
    };
    note(
        actives.has_flags,
        "Believe actives for people and their machines: each installation that keeps state counts once a period, exactly, \
         and nothing that it sends tells it from another.",
    );
    note(
        has_sketch,
        "Believe stateless for containers and fresh CI runners only, within its error; it is never added to actives.",
    );
    note(
        actives.has_identified,
        "Identified counts identifiers: it includes machines without state, and an identifier that changes every day or \
         month is another installation in the next one.",
    );
    note(!actives.periods.is_empty(), "The last week and the last month are not over.");
    Ok(report)
}

/// What is known of the periods of `spans` that the range of `selection` touches, without gaps from the first one on.
pub(super) async fn of(selection: &Selection<'_>, spans: &[Span]) -> Result<Actives, QuestionError> {
    let (from, to) = selection.days();
    // A week and a month are whole, also where the range begins within them.
    let first = |span: Span| span.start(from);
    let since = spans.iter().map(|span| first(*span)).min().unwrap_or(from);
    let mut actives = Actives::default();
    let flags = "SELECT day, SUM(count) AS in_day,
            SUM(CASE WHEN first_of_week THEN count ELSE 0 END) AS in_week,
            SUM(CASE WHEN first_of_month THEN count ELSE 0 END) AS in_month
        FROM selected WHERE sketch IS NULL GROUP BY day";
    let answer = selection.ask_actives(since, flags).await?;
    for row in answer.rows() {
        let Some(day) = answer.date(row, "day") else { continue };
        for span in spans.iter().filter(|span| day >= first(**span)) {
            let column = match span {
                Span::Day => "in_day",
                Span::Week => "in_week",
                Span::Month => "in_month",
            };
            actives.has_flags = true;
            actives.periods.entry((*span, span.start(day))).or_default().flags += answer.sum(row, column);
        }
    }
    let cells = "SELECT sketch, day, bits, cell, MAX(rank) AS rank FROM selected WHERE sketch IS NOT NULL
        GROUP BY sketch, day, bits, cell";
    let answer = selection.ask_actives(since, cells).await?;
    for row in answer.rows() {
        let span = spans.iter().find(|span| Some(span.as_str()) == answer.text(row, "sketch"));
        let (Some(span), Some(day)) = (span, answer.date(row, "day")) else { continue };
        if day >= first(*span) {
            let active = actives.periods.entry((*span, span.start(day))).or_default();
            active.sketch.add(answer.sum(row, "bits"), answer.sum(row, "cell"), answer.sum(row, "rank"));
        }
    }
    identified(selection, spans, since, &mut actives).await?;
    for span in spans {
        let known = actives.periods.keys().find(|(known, _)| known == span).map(|(_, start)| *start);
        for start in known.into_iter().flat_map(|known| span.starts(known)).take_while(|start| *start < to) {
            actives.periods.entry((*span, start)).or_default();
        }
    }
    Ok(actives)
}

/// Adds how many identifiers were there, and what they ran.
async fn identified(
    selection: &Selection<'_>,
    spans: &[Span],
    since: Day,
    actives: &mut Actives,
) -> Result<(), QuestionError> {
    let Some(mut presence) = Presence::of(selection, since).await? else { return Ok(()) };
    let (from, _) = selection.days();
    let mut periods = Vec::new();
    for span in spans {
        let whole = presence.periods(*span).filter(|(start, _)| *start >= span.start(from));
        periods.extend(whole.map(|period| (*span, period)));
    }
    let days: Vec<_> = periods.iter().map(|(_, period)| *period).collect();
    for ((span, (start, _)), count) in periods.iter().zip(presence.count(&days)) {
        if count > 0 {
            actives.periods.entry((*span, *start)).or_default().identified = count;
            actives.has_identified = true;
        }
    }
    for (day, runs) in &presence.runs {
        for span in spans.iter().filter(|span| *day >= span.start(from)) {
            actives.periods.entry((*span, span.start(*day))).or_default().identified_runs += runs;
        }
    }
    Ok(())
}
