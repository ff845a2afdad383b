use candor_report::ReportName;

use crate::facts::{Fact, ask, lines, two_weeks};

#[tokio::test]
async fn runs_and_starts_are_listed_by_platform() {
    let facts = [
        Fact::operation("fetch", "ok").os("linux").os_version("6.1").arch("x86_64").times(5),
        Fact::operation("fetch", "error").os("linux").os_version("6.1").arch("x86_64"),
        Fact::operation("fetch", "ok").os("macos").arch("aarch64").times(2),
        Fact::lifecycle("started", "server").os("linux").os_version("6.6").arch("aarch64"),
        Fact::track("opened").times(2),
        Fact::counter("reload").os("windows").times(1000),
    ];
    assert_eq!(
        lines(&ask(&facts, ReportName::Platforms, &two_weeks()).await),
        [
            "linux,6.1,x86_64,,6,0.6,0,0.8333333333333334",
            "macos,,aarch64,,2,0.2,0,1",
            ",,,,2,0.2,0,",
            "linux,6.6,aarch64,,0,0,1,",
        ]
    );
}
