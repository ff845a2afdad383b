use candor_report::ReportName;

use crate::facts::{Fact, ask, lines, two_weeks};

#[tokio::test]
async fn versions_of_a_component_share_its_runs() {
    let facts = [
        Fact::component("provider", "mounts", "1.0.0").times(4),
        Fact::component("provider", "processes", "1.1.0").times(6),
        Fact::component("provider", "processes", "1.0.0"),
        Fact::component("provider", "processes", "1.0.0"),
        Fact::component("plugin", "mounts", "0.1"),
    ];
    let report = ask(&facts, ReportName::Components, &two_weeks()).await;
    assert_eq!(
        lines(&report),
        [
            "plugin,mounts,0.1,1,1",
            "provider,processes,1.1.0,6,0.75",
            "provider,processes,1.0.0,2,0.25",
            "provider,mounts,1.0.0,4,1",
        ]
    );
}
