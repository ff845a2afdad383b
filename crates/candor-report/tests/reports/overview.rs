use candor_report::{Query, Report, ReportName};
use jiff::civil::date;

use crate::facts::{Fact, ask, lines, two_weeks};

fn totals(report: &Report) -> String {
    let mut only_totals = report.clone();
    only_totals.rows = report.totals.iter().cloned().collect();
    lines(&only_totals).concat()
}

#[tokio::test]
async fn every_day_from_the_first_with_anything_has_a_row_and_totals_are_over_all_of_them() {
    let facts = [
        Fact::operation("fetch", "ok").micros(10).version("1.0.0").on(date(2026, 11, 19)).times(3),
        Fact::operation("fetch", "error").micros(20).version("1.1.0").on(date(2026, 11, 19)),
        Fact::counter("cli_command").version("1.1.0").on(date(2026, 11, 21)).times(5),
        // Time up is no duration of a run.
        Fact::lifecycle("started", "server").version("1.1.0").on(date(2026, 11, 21)),
        Fact::lifecycle("heartbeat", "server").micros(3_600_000_000).version("1.1.0").on(date(2026, 11, 21)),
        Fact::operation("policy run", "cancelled").micros(60).version("1.2.0").on(date(2026, 11, 21)),
        // Parts and components are no runs.
        Fact::part("fetch", "collect").micros(63).version("1.2.0").on(date(2026, 11, 21)),
    ];
    let report = ask(&facts, ReportName::Overview, &two_weeks()).await;
    assert_eq!(
        lines(&report),
        [
            "2026-11-19,4,3,1,0,0.75,10,20,0,0,2",
            "2026-11-20,0,0,0,0,,,,0,0,0",
            "2026-11-21,1,0,0,1,,60,60,5,1,2",
            "2026-11-22,0,0,0,0,,,,0,0,0",
        ]
    );
    assert_eq!(totals(&report), ",5,3,1,1,0.75,10,60,5,1,3");
}

#[tokio::test]
async fn days_follow_each_other_over_leap_days_and_new_years() {
    for (first, last, days) in [
        (date(2024, 2, 28), date(2024, 3, 1), ["2024-02-28", "2024-02-29", "2024-03-01"]),
        (date(2025, 12, 30), date(2026, 1, 1), ["2025-12-30", "2025-12-31", "2026-01-01"]),
    ] {
        let facts = [Fact::operation("fetch", "ok").on(first), Fact::operation("fetch", "ok").on(last)];
        let query = Query::last_days("tool", last, 30).expect("a range");
        let report = ask(&facts, ReportName::Overview, &query).await;
        let seen: Vec<_> = lines(&report).iter().map(|line| line[..10].to_owned()).collect();
        assert_eq!(seen, days);
    }
}

#[tokio::test]
async fn the_first_day_of_the_range_is_in_it_and_the_day_after_the_last_is_not() {
    let days = [date(2026, 11, 8), date(2026, 11, 9), date(2026, 11, 22), date(2026, 11, 23)];
    let facts = days.map(|day| Fact::operation("fetch", "ok").on(day));
    let report = ask(&facts, ReportName::Overview, &two_weeks()).await;
    assert_eq!(totals(&report), ",2,2,0,0,1,,,0,0,0");
    assert_eq!((report.rows.len(), report.from, report.last_day()), (14, date(2026, 11, 9), date(2026, 11, 22)));
}

#[tokio::test]
async fn users_are_never_invented() {
    let report = ask(&[Fact::operation("fetch", "ok")], ReportName::Overview, &two_weeks()).await;
    assert!(report.notes.iter().any(|note| note.contains("there is no count of users")), "{:?}", report.notes);
    let identified = [Fact::operation("fetch", "ok").installation(-7)];
    let report = ask(&identified, ReportName::Overview, &two_weeks()).await;
    assert!(report.notes.iter().all(|note| !note.contains("no count of users")), "{:?}", report.notes);
    assert!(report.columns.iter().all(|column| !column.name.contains("user")));
}
