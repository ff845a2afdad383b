use candor_report::ReportName;

use crate::facts::{Fact, ask, lines, two_weeks};

#[tokio::test]
async fn counters_and_lifecycles_are_added_up_and_broken_down_by_their_fields() {
    let facts = [
        Fact::counter("cli_command").command("search").times(6),
        Fact::counter("cli_command").command("count").times(2),
        Fact::counter("cli_command").times(2),
        Fact::counter("reload"),
        Fact::lifecycle("started", "server").times(3),
        Fact::lifecycle("heartbeat", "server").micros(3_600_000_000),
        Fact::operation("fetch", "ok"),
    ];
    let report = ask(&facts, ReportName::Counts, &two_weeks()).await;
    // The field is called `com"mand`: a quote in a column's name must not get into the SQL.
    assert_eq!(
        lines(&report),
        [
            "count,cli_command,,,,10,",
            "count,cli_command,,\"com\"\"mand\",search,6,0.6",
            "count,cli_command,,\"com\"\"mand\",count,2,0.2",
            "count,reload,,,,1,",
            "lifecycle,started,server,,,3,",
            "lifecycle,heartbeat,server,,,1,",
        ]
    );
}
