use candor_report::ReportName;

use crate::facts::{Fact, ask, lines, two_weeks};

#[tokio::test]
async fn runs_and_foreign_events_are_listed_by_country() {
    let facts = [
        Fact::operation("fetch", "ok").country("DE").installation(1).times(5),
        Fact::operation("fetch", "error").country("DE").installation(2),
        Fact::track("opened").country("FR").times(2),
        Fact::lifecycle("started", "server").country("FR"),
        Fact::counter("resources").country("FR").times(1000),
        Fact::operation("fetch", "ok").times(2),
        Fact::operation("fetch", "ok").country("AT").of_project("another"),
    ];
    let report = ask(&facts, ReportName::Geography, &two_weeks()).await;
    assert_eq!(lines(&report), ["DE,6,0.6,0,2", "FR,2,0.2,1,", ",2,0.2,0,"]);
    assert!(report.notes.iter().any(|note| note.contains("not kept")), "{:?}", report.notes);
}

#[tokio::test]
async fn where_no_country_is_known_the_report_says_what_is_missing() {
    let report = ask(&[Fact::operation("fetch", "ok")], ReportName::Geography, &two_weeks()).await;
    assert_eq!(lines(&report), [",1,1,0,"]);
    assert!(report.notes.iter().any(|note| note.contains("candor geo update")), "{:?}", report.notes);
}
