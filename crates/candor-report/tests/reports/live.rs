use candor_report::{ReportError, ReportName, Source};
use jiff::civil::date;

use crate::facts::{Fact, ask, lines, session, two_weeks};

#[tokio::test]
async fn the_last_records_come_first_and_say_nothing_of_who_sent_them() {
    let facts = [
        Fact::operation("fetch", "ok").micros(7).version("1.0").installation(77).on(date(2026, 11, 21)).times(3),
        Fact::part("fetch", "collect").os("linux").on(date(2026, 11, 22)),
        Fact::counter("reload").on(date(2026, 11, 20)),
    ];
    let report = ask(&facts, ReportName::Live, &two_weeks()).await;
    assert_eq!(
        lines(&report),
        ["2026-11-22T00:00:00,part,collect,fetch,ok,,1,,linux", "2026-11-21T00:00:00,operation,fetch,,ok,7,3,1.0,",]
    );
    assert!(!report.to_json().contains("77"));
}

#[tokio::test]
async fn there_are_no_sums_of_it_and_no_period_before() {
    let session = session(&[Fact::counter("reload")]).await;
    let rollup = two_weeks().with_source(Source::Rollup);
    let error = candor_report::run(&session, ReportName::Live, &rollup).await.expect_err("it needs rows");
    assert!(matches!(error, ReportError::NotInRollup { .. }) && error.is_refusal(), "{error}");
    let compared = two_weeks().compared();
    let error = candor_report::run(&session, ReportName::Live, &compared).await.expect_err("it is now");
    assert!(matches!(error, ReportError::NoComparison { .. }), "{error}");
}
