use candor_report::ReportName;
use jiff::civil::date;

use crate::facts::{Fact, ask, lines, two_weeks};

#[tokio::test]
async fn crashes_and_errors_are_listed_by_type_and_release() {
    let panic = |version| Fact::crash("panic").version(version);
    let facts = [
        panic("1.4.0").installation(1).on(date(2026, 11, 12)),
        panic("1.4.0").installation(1).times(2),
        panic("1.4.0").installation(2),
        panic("1.3.0"),
        Fact::error("database").times(3),
        Fact::operation("fetch", "error"),
        Fact::counter("errors").times(100),
        panic("1.4.0").of_project("another"),
    ];
    let report = ask(&facts, ReportName::Errors, &two_weeks()).await;
    assert_eq!(
        lines(&report),
        [
            "crash,panic,1.4.0,4,2,2026-11-12,2026-11-20",
            "error,database,,3,,2026-11-20,2026-11-20",
            "crash,panic,1.3.0,1,,2026-11-20,2026-11-20",
        ]
    );
}
