use candor_report::ReportName;

use crate::facts::{Fact, ask, lines, two_weeks};

#[tokio::test]
async fn runs_are_listed_by_where_they_ran_and_the_note_says_how_many_were_in_ci() {
    let facts = [
        Fact::operation("fetch", "ok").ci("none").container(false).agent("none").times(6),
        Fact::operation("fetch", "error").ci("github_actions").container(true).times(2),
        Fact::operation("fetch", "ok"),
        Fact::counter("reload").ci("gitlab_ci").times(1000),
    ];
    let report = ask(&facts, ReportName::Ci, &two_weeks()).await;
    let share = |runs: f64| runs / 9.0;
    assert_eq!(
        lines(&report),
        [
            format!("none,false,,none,6,{},1", share(6.0)),
            format!("github_actions,true,,,2,{},0", share(2.0)),
            format!(",,,,1,{},1", share(1.0)),
        ]
    );
    assert_eq!(report.notes, ["25.0 % of the runs that say so were in CI."]);
}
