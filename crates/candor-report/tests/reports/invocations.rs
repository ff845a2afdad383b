use candor_report::{Query, ReportName};
use jiff::civil::date;

use crate::facts::{Fact, ask, lines, two_weeks};

#[tokio::test]
async fn runs_are_divided_by_those_who_were_active() {
    let facts = [
        Fact::active(true, true, 0).on(date(2026, 11, 19)).times(2),
        Fact::active(false, false, 0).on(date(2026, 11, 20)),
        Fact::operation("fetch", "ok").on(date(2026, 11, 19)).times(6),
        Fact::operation("fetch", "error").on(date(2026, 11, 20)).times(3),
        Fact::operation("fetch", "ok").on(date(2026, 11, 20)).installation(7),
        Fact::counter("reload").on(date(2026, 11, 20)).times(1000),
    ];
    let query = Query::new("tool", date(2026, 11, 19), date(2026, 11, 21)).expect("a range");
    assert_eq!(
        lines(&ask(&facts, ReportName::Invocations, &query).await),
        ["day,2026-11-19,6,2,3,,,", "day,2026-11-20,4,1,4,1,1,1", "week,2026-11-16,10,2,5,1,1,1",]
            .map(|line| line.replace("3,,,", "3,0,0,"))
    );
}

#[tokio::test]
async fn without_anybody_who_is_counted_runs_are_runs() {
    let facts = [Fact::operation("fetch", "ok").times(5)];
    let report = ask(&facts, ReportName::Invocations, &two_weeks()).await;
    assert_eq!(lines(&report), ["day,2026-11-20,5,,,,,", "week,2026-11-16,5,,,,,"]);
}
