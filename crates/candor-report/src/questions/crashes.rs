//! Crashes: what crashed in which release, and how many runs were free of it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use jiff::civil::Date as Day;

use super::{MAX_ROWS, QuestionError, Selection};
use crate::{
    Cell, Column, Report, ReportName,
    Unit::{Count, Date, Share, Text, Version},
    release::Release,
};

pub(super) const COLUMNS: &[Column] = &[
    Column::new("version", "release", Version, "The tool's version, newest first."),
    Column::new(
        "type",
        "type",
        Text,
        "Empty in the row of the whole release; else the type of the exception or panic, most frequent first.",
    ),
    Column::new("crashes", "crashes", Count, "How often it crashed."),
    Column::new("runs", "runs", Count, "How many operations ran in the release."),
    Column::new(
        "crash_free",
        "crash-free runs",
        Share,
        "1 - crashes / runs: of the runs of the release, those without such a crash; empty where no run was reported.",
    ),
    Column::new(
        "installations",
        "installations",
        Count,
        "How many installations sent a report of it, as far as they can be told apart; empty where none says who it is.",
    ),
    Column::new(
        "crash_free_installations",
        "crash-free installations",
        Share,
        "Of the identified installations of the release, those that sent no such report.",
    ),
    Column::new("first_seen", "first seen", Date, "The first of these days on which it happened."),
    Column::new("last_seen", "last seen", Date, "The last of these days on which it happened."),
];

/// A release, and either all of its crashes or those of one type.
type Key = (Option<String>, Option<String>);

/// What is known of a release, or of a type of crash in it.
#[derive(Debug, Default)]
struct Crashed {
    crashes: i64,
    days: Option<(Day, Day)>,
}

impl Crashed {
    fn add(&mut self, crashes: i64, days: Option<(Day, Day)>) {
        self.crashes += crashes;
        self.days = match (self.days, days) {
            (Some(ours), Some(theirs)) => Some((ours.0.min(theirs.0), ours.1.max(theirs.1))),
            (ours, theirs) => ours.or(theirs),
        };
    }
}

pub(super) async fn run(selection: &Selection<'_>) -> Result<Report, QuestionError> {
    let answer = selection
        .ask(
            &["version"],
            "SELECT version, name, SUM(CASE WHEN kind = 'crash' THEN count ELSE 0 END) AS crashes,
                SUM(CASE WHEN kind = 'operation' THEN count ELSE 0 END) AS runs,
                MIN(day) AS first_seen, MAX(day) AS last_seen
            FROM selected WHERE kind IN ('crash', 'operation') GROUP BY version, kind, name",
        )
        .await?;
    let (mut releases, mut types) = (HashMap::<_, Crashed>::new(), BTreeMap::<Key, Crashed>::new());
    let mut runs = HashMap::<_, i64>::new();
    for row in answer.rows() {
        let version = answer.text(row, "version").map(str::to_owned);
        let crashes = answer.sum(row, "crashes");
        *runs.entry(version.clone()).or_default() += answer.sum(row, "runs");
        if crashes > 0 {
            let days = answer.date(row, "first_seen").zip(answer.date(row, "last_seen"));
            releases.entry(version.clone()).or_default().add(crashes, days);
            types.entry((version, answer.text(row, "name").map(str::to_owned))).or_default().add(crashes, days);
        }
    }
    let installations = match releases.is_empty() {
        true => Installations::default(),
        false => installations(selection).await?,
    };
    let mut order: Vec<_> = releases.keys().cloned().collect();
    order.sort_by(|ours, theirs| release_order(ours.as_deref()).cmp(&release_order(theirs.as_deref())));
    let mut report = selection.report(ReportName::Crashes);
    for version in order {
        let runs = runs.get(&version).copied().unwrap_or(0);
        let mut of_release: Vec<_> = types.iter().filter(|((of, _), _)| *of == version).collect();
        of_release.sort_by_key(|(_, crashed)| Reverse(crashed.crashes));
        let whole = releases.get(&version).map(|crashed| (None, crashed));
        let typed = of_release.into_iter().map(|((_, name), crashed)| (name.as_deref(), crashed));
        for (name, crashed) in whole.into_iter().chain(typed) {
            let affected = installations.affected.get(&(version.clone(), name.map(str::to_owned))).copied();
            let all = installations.all.get(&version).copied().unwrap_or(0);
            report.rows.push(vec![
                Cell::text(version.as_deref()),
                Cell::text(name),
                Cell::Count(crashed.crashes),
                Cell::Count(runs),
                Cell::share_of((runs - crashed.crashes).max(0), runs),
                affected.map_or(Cell::Empty, Cell::Count),
                Cell::share_of((all - affected.unwrap_or(0)).max(0), all),
                crashed.days.map_or(Cell::Empty, |days| Cell::Date(days.0)),
                crashed.days.map_or(Cell::Empty, |days| Cell::Date(days.1)),
            ]);
        }
        if report.rows.len() > MAX_ROWS {
            break;
        }
    }
    Ok(report)
}

/// Newest first; then texts that are no version, then what is not reported.
fn release_order(version: Option<&str>) -> (Reverse<Option<Release<'_>>>, bool, Option<&str>) {
    (Reverse(version.and_then(Release::parse)), version.is_none(), version)
}

/// Identified installations: of each release all, and those with crash reports.
#[derive(Default)]
struct Installations {
    all: HashMap<Option<String>, i64>,
    affected: HashMap<Key, i64>,
}

async fn installations(selection: &Selection<'_>) -> Result<Installations, QuestionError> {
    let (from, _) = selection.days();
    let sql = "SELECT version, COUNT(DISTINCT installation) AS installations FROM selected GROUP BY version";
    let all = selection.ask_installations(from, sql).await?;
    let text = |text: Option<&str>| text.map(str::to_owned);
    let all = all.rows().map(|row| (text(all.text(row, "version")), all.sum(row, "installations"))).collect();
    let sql = "SELECT version, CAST(NULL AS VARCHAR) AS name, COUNT(DISTINCT installation) AS installations
        FROM selected WHERE kind = 'crash' AND installation IS NOT NULL GROUP BY version
        UNION ALL SELECT version, name, COUNT(DISTINCT installation)
        FROM selected WHERE kind = 'crash' AND installation IS NOT NULL GROUP BY version, name";
    let answer = selection.ask_crashes(sql).await?;
    let key = |row| (text(answer.text(row, "version")), text(answer.text(row, "name")));
    let affected = answer.rows().map(|row| (key(row), answer.sum(row, "installations"))).collect();
    Ok(Installations { all, affected })
}
