use candor_report::{Cell, Query, ReportName};
use jiff::civil::date;

use crate::facts::{Fact, ask, two_weeks};

#[tokio::test]
async fn the_period_before_is_as_long_and_its_rows_are_found_by_their_keys() {
    let facts = [
        Fact::operation("fetch", "ok").on(date(2026, 11, 9)).times(5),
        Fact::operation("fetch", "error").on(date(2026, 11, 8)).times(2),
        Fact::operation("gone", "ok").on(date(2026, 10, 26)),
        Fact::operation("fetch", "ok").on(date(2026, 10, 25)).times(100),
    ];
    let report = ask(&facts, ReportName::Operations, &two_weeks().compared()).await;
    let previous = report.previous.as_ref().expect("it was asked for");
    assert_eq!((previous.from, previous.to, previous.rows.len()), (date(2026, 10, 26), date(2026, 11, 9), 2));
    assert_eq!(report.before(0).expect("the same operation")[1], Cell::Count(2));
    assert_eq!(report.before(1), None);
}

#[tokio::test]
async fn a_day_is_compared_with_the_day_as_many_days_before() {
    let run = |day| Fact::operation("fetch", "ok").on(day);
    let facts = [run(date(2024, 3, 1)).times(7), run(date(2024, 2, 28)).times(2), run(date(2024, 2, 29)).times(3)];
    let query = Query::last_days("tool", date(2024, 3, 1), 2).expect("a range").compared();
    let report = ask(&facts, ReportName::Overview, &query).await;
    let runs = |row: usize| (report.rows[row][1].clone(), report.before(row).map(|before| before[1].clone()));
    // The 29th and the 1st, against the 27th, of which nothing is known, and the 28th.
    assert_eq!(runs(0), (Cell::Count(3), None));
    assert_eq!(runs(1), (Cell::Count(7), Some(Cell::Count(2))));
    assert_eq!(
        report.previous.as_ref().and_then(|previous| previous.totals.clone()).expect("totals")[1],
        Cell::Count(2)
    );
}

#[tokio::test]
async fn both_periods_are_broken_down_by_the_same_values() {
    let run = |os, day| Fact::operation("fetch", "ok").os(os).on(date(2026, 11, day));
    let facts = [run("linux", 20).times(3), run("macos", 20), run("plan9", 2).times(50), run("linux", 2)];
    let query = two_weeks().compared().by("os".parse().expect("a field")).with_top(1).expect("a number");
    let report = ask(&facts, ReportName::Operations, &query).await;
    let before = |row| report.before(row).map(|before| before[2].clone());
    assert_eq!((before(0), before(1)), (Some(Cell::Count(1)), Some(Cell::Count(50))), "linux, then other");
}
