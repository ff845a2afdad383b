//! Retention: how many of the installations of a week are still there later.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date as Day};

use super::{QuestionError, Selection, periods::Span, presence::Presence};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Date, Share},
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("cohort", "cohort", Date, "The week (its Monday, UTC) in which the installations were first active."),
    Column::new(
        "week",
        "week",
        Count,
        "How many weeks later: 0 is that week itself. Weeks that have not begun are left out.",
    ),
    Column::new("size", "size", Count, "How many installations said that it was their first week."),
    Column::new(
        "active",
        "active",
        Count,
        "How many said, in that later week, that their first was so many weeks ago.",
    ),
    Column::new("retained", "retained", Share, "active / size."),
    Column::new(
        "identified_size",
        "identified",
        Count,
        "How many identifiers were seen for the first time in that week, where the project keeps them.",
    ),
    Column::new("identified_active", "of them active", Count, "How many of these were seen again in the later week."),
    Column::new("identified_retained", "of identified", Share, "identified_active / identified_size."),
];

/// Later than this a record only says that it is later.
const LAST_WEEK: i64 = 52;

/// How far back identifiers are looked for, so that one that was known before is in no later cohort.
const LOOK_BACK_DAYS: i64 = 400;

/// How many were active, by cohort and weeks since.
type Cohorts = BTreeMap<(Day, i64), i64>;

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let (from, to) = selection.days();
    let first = Span::Week.start(from);
    let flags = of_flags(selection, first).await?;
    let identified = of_identifiers(selection, first).await?;
    let mut report = selection.report(ReportName::Retention);
    let oldest = flags.keys().chain(identified.keys()).map(|(cohort, _)| *cohort).min();
    for week in oldest.into_iter().flat_map(|oldest| Span::Week.starts(oldest)).take_while(|week| *week < to) {
        let has_begun = |later: &i64| week.saturating_add(later.weeks()) < to;
        report.rows.extend((0..=LAST_WEEK).take_while(has_begun).map(|later| line(&flags, &identified, week, later)));
    }
    // A cohort of nobody retains nobody: its weeks say nothing.
    report.rows.retain(|row| [2, 5].iter().any(|size| row[*size].as_count().is_some_and(|size| size > 0)));
    if !flags.is_empty() {
        report.notes.push(
            "Retention without identifiers: each installation that keeps state says in each week how long ago its first one \
             was. A machine that keeps no state is in no cohort."
                .to_owned(),
        );
    }
    if !identified.is_empty() {
        report.notes.push(
            "Of identifiers, what was known before the oldest day that is kept (90 days unless the collector is told otherwise) counts as \
             new in the first week; those that change every day or month are never seen again."
                .to_owned(),
        );
    }
    if !report.rows.is_empty() {
        report.notes.push("The last week of each cohort is not over.".to_owned());
    }
    Ok(report)
}

fn line(flags: &Cohorts, identified: &Cohorts, cohort: Day, week: i64) -> Vec<Cell> {
    let mut cells = vec![Cell::Date(cohort), Cell::Count(week)];
    for cohorts in [flags, identified] {
        let of = |week| cohorts.get(&(cohort, week)).copied().unwrap_or(0);
        match cohorts.is_empty() {
            true => cells.extend([Cell::Empty, Cell::Empty, Cell::Empty]),
            false => cells.extend([Cell::Count(of(0)), Cell::Count(of(week)), Cell::share_of(of(week), of(0))]),
        }
    }
    cells
}

async fn of_flags(selection: &Selection<'_>, first: Day) -> Result<Cohorts, QuestionError> {
    let sql = format!(
        "SELECT day, weeks, SUM(count) AS active FROM selected
        WHERE sketch IS NULL AND first_of_week AND weeks BETWEEN 0 AND {LAST_WEEK} GROUP BY day, weeks"
    );
    let answer = selection.ask_actives(first, &sql).await?;
    let mut cohorts = Cohorts::new();
    for row in answer.rows() {
        let (Some(day), Some(weeks)) = (answer.date(row, "day"), answer.integer(row, "weeks")) else { continue };
        let cohort = Span::Week.start(day).saturating_sub(weeks.weeks());
        if cohort >= first {
            *cohorts.entry((cohort, weeks)).or_default() += answer.sum(row, "active");
        }
    }
    Ok(cohorts)
}

async fn of_identifiers(selection: &Selection<'_>, first: Day) -> Result<Cohorts, QuestionError> {
    let mut cohorts = Cohorts::new();
    let since = first.saturating_sub(LOOK_BACK_DAYS.days());
    let Some(mut presence) = Presence::of(selection, since).await? else { return Ok(cohorts) };
    let weeks: Vec<_> = presence.periods(Span::Week).collect();
    for (place, seen) in presence.cohorts(&weeks).into_iter().enumerate() {
        let Some((cohort, _)) = weeks.get(place).filter(|(week, _)| *week >= first) else { continue };
        let active = (0..=LAST_WEEK).zip(seen.into_iter().skip(place)).filter(|(_, active)| *active > 0);
        cohorts.extend(active.map(|(later, active)| ((*cohort, later), active)));
    }
    Ok(cohorts)
}
