use candor_report::{Filter, Query, ReportName};
use jiff::civil::date;

use crate::facts::{Fact, ask, lines, two_weeks};

#[tokio::test]
async fn each_installation_counts_once_a_day_a_week_and_a_month() {
    let facts = [
        // Two installations begin on Wednesday the 18th; one comes again on Thursday, and on the Monday after.
        Fact::active(true, true, 0).on(date(2026, 11, 18)).times(2),
        Fact::active(false, false, 0).on(date(2026, 11, 19)),
        Fact::active(true, false, 1).on(date(2026, 11, 23)),
        // What is no record of being active is none.
        Fact::operation("fetch", "ok").on(date(2026, 11, 20)).times(100),
    ];
    let query = Query::new("tool", date(2026, 11, 16), date(2026, 11, 24)).expect("a range");
    let report = ask(&facts, ReportName::Actives, &query).await;
    assert_eq!(
        lines(&report),
        [
            "day,2026-11-18,2,,,",
            "day,2026-11-19,1,,,",
            "day,2026-11-20,0,,,",
            "day,2026-11-21,0,,,",
            "day,2026-11-22,0,,,",
            "day,2026-11-23,1,,,",
            "week,2026-11-16,2,,,",
            "week,2026-11-23,1,,,",
            "month,2026-11-01,2,,,",
        ]
    );
    assert!(report.notes.iter().any(|note| note.starts_with("Believe actives for people")), "{:?}", report.notes);
}

#[tokio::test]
async fn a_week_across_new_year_is_one_week_and_a_range_that_begins_within_it_still_has_all_of_it() {
    let facts = [
        Fact::active(true, true, 0).on(date(2026, 12, 28)),
        Fact::active(true, true, 5).on(date(2027, 1, 1)),
        Fact::active(false, true, 7).on(date(2027, 1, 3)),
        Fact::active(true, false, 7).on(date(2027, 1, 4)),
    ];
    let query = Query::new("tool", date(2027, 1, 2), date(2027, 1, 5)).expect("a range");
    let report = ask(&facts, ReportName::Actives, &query).await;
    assert_eq!(
        lines(&report),
        [
            "day,2027-01-03,1,,,",
            "day,2027-01-04,1,,,",
            "week,2026-12-28,2,,,",
            "week,2027-01-04,1,,,",
            "month,2027-01-01,2,,,",
        ]
    );
}

#[tokio::test]
async fn a_leap_day_is_a_day_of_its_month() {
    let facts = [Fact::active(true, true, 0).on(date(2024, 2, 29)), Fact::active(false, true, 0).on(date(2024, 3, 1))];
    let query = Query::new("tool", date(2024, 2, 29), date(2024, 3, 2)).expect("a range");
    assert_eq!(
        lines(&ask(&facts, ReportName::Actives, &query).await),
        [
            "day,2024-02-29,1,,,",
            "day,2024-03-01,1,,,",
            "week,2024-02-26,1,,,",
            "month,2024-02-01,1,,,",
            "month,2024-03-01,1,,,",
        ]
    );
}

#[tokio::test]
async fn machines_without_state_are_estimated_beside_and_never_added() {
    // Three of 64 cells are taken: 64 * ln(64 / 61) = 3.07 machines, and 0.4 is the standard error.
    let cell = |cell, rank| Fact::sketched(6, [Some((cell, rank)), Some((cell, rank)), None]);
    let facts = [cell(1, 2), cell(1, 5), cell(2, 1), cell(3, 1).on(date(2026, 11, 21)), cell(2, 1).times(50)];
    let report = ask(&facts, ReportName::Actives, &two_weeks()).await;
    assert_eq!(
        lines(&report),
        ["day,2026-11-20,,2,1,", "day,2026-11-21,,1,1,", "day,2026-11-22,,,,", "week,2026-11-16,,3,1,",]
    );
    assert!(report.notes.iter().any(|note| note.contains("never added")), "{:?}", report.notes);
}

#[tokio::test]
async fn identifiers_are_counted_once_a_period_whatever_they_sent() {
    let run = |installation, day| Fact::operation("fetch", "ok").installation(installation).on(date(2026, 11, day));
    let facts = [
        run(1, 19).version("1.0"),
        run(1, 19).version("1.1"),
        run(1, 20),
        run(2, 20),
        Fact::counter("reload").installation(3).on(date(2026, 11, 22)),
    ];
    assert_eq!(
        lines(&ask(&facts, ReportName::Actives, &two_weeks()).await),
        [
            "day,2026-11-19,,,,1",
            "day,2026-11-20,,,,2",
            "day,2026-11-21,,,,0",
            "day,2026-11-22,,,,1",
            "week,2026-11-16,,,,3",
            "month,2026-11-01,,,,3",
        ]
    );
}

#[tokio::test]
async fn actives_are_filtered_by_what_their_records_say() {
    let facts = [Fact::active(true, true, 0).os("linux").times(2), Fact::active(true, true, 0).os("macos")];
    let query = two_weeks().with_filter(Filter::parse("os", "linux").expect("a filter"));
    assert_eq!(lines(&ask(&facts, ReportName::Actives, &query).await)[0], "day,2026-11-20,2,,,");
    let query = two_weeks().with_filter(Filter::parse("os_version", "11").expect("a filter"));
    assert_eq!(ask(&facts, ReportName::Actives, &query).await.rows.len(), 0, "no record of being active says that");
}
