use candor_report::{Filter, ReportName};

use crate::facts::{Fact, ask, two_weeks};

#[tokio::test]
async fn every_report_of_nothing_has_no_rows_and_says_so() {
    for name in ReportName::ALL {
        let report = ask(&[], name, &two_weeks()).await;
        assert_eq!((report.rows.len(), &report.totals), (0, &None), "{name}");
        assert_eq!(report.notes[0], "Nothing was reported in these days.", "{name}");
    }
}

#[tokio::test]
async fn a_report_emptied_by_its_filters_names_them() {
    let query = two_weeks().with_filter(Filter::parse("os", "plan9").expect("a filter"));
    let report = ask(&[Fact::operation("fetch", "ok").os("linux")], ReportName::Operations, &query).await;
    assert_eq!(report.notes[0], "Nothing was reported in these days with os = plan9.");
}

#[tokio::test]
async fn other_projects_are_never_counted() {
    let theirs = [
        Fact::operation("fetch", "ok").of_project("other"),
        Fact::part("fetch", "collect").micros(1).of_project("other"),
        Fact::component("provider", "mounts", "1.0").of_project("other"),
        Fact::counter("reload").command("x").of_project("other"),
    ];
    for name in ReportName::ALL {
        assert_eq!(ask(&theirs, name, &two_weeks()).await.rows.len(), 0, "{name}");
    }
}
