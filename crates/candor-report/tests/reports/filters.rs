use candor_report::{Cell, Filter, Query, ReportName};

use crate::facts::{Fact, ask, two_weeks};

/// How many runs are left of the facts below.
async fn runs(filters: &[(&str, &str)]) -> i64 {
    let facts = [
        Fact::operation("fetch", "ok").version("1.0").os("linux").ci("none"),
        Fact::operation("fetch", "ok").version("1.0").os("macos").ci("github_actions").times(2),
        Fact::operation("fetch", "ok").version("1.1").os("linux").ci("other").times(4),
        Fact::operation("fetch", "ok").version("1.2").os("linux").times(8),
        Fact::operation("fetch", "ok").version("x' OR '1'='1").os("$project").times(16),
    ];
    let filters = filters.iter().map(|(name, value)| Filter::parse(name, value).expect("a filter"));
    let report = ask(&facts, ReportName::Operations, &two_weeks().with_filters(filters)).await;
    report.cell(0, "runs").and_then(Cell::as_count).unwrap_or(0)
}

#[tokio::test]
async fn filters_of_one_dimension_are_alternatives_and_those_of_several_must_all_hold() {
    assert_eq!(runs(&[]).await, 31);
    assert_eq!(runs(&[("version", "1.0")]).await, 3);
    assert_eq!(runs(&[("version", "1.0"), ("version", "1.1")]).await, 7);
    assert_eq!(runs(&[("version", "1.0"), ("version", "1.1"), ("os", "linux")]).await, 5);
}

#[tokio::test]
async fn runs_that_do_not_say_whether_they_are_in_ci_are_in_neither() {
    assert_eq!(runs(&[("ci", "yes")]).await, 6);
    assert_eq!(runs(&[("ci", "no")]).await, 1);
    assert_eq!(runs(&[("ci", "no"), ("ci", "yes")]).await, 7);
}

#[tokio::test]
async fn hostile_values_are_texts() {
    assert_eq!(runs(&[("version", "x' OR '1'='1")]).await, 16, "the one version that is called so");
    assert_eq!(runs(&[("os", "$project")]).await, 16);
    for value in ["' OR 1=1 --", "\\' OR 1=1 --", "'; DROP TABLE facts; --", "\0", "%", "1.0' ", "\u{2019} OR 1=1"] {
        assert_eq!(runs(&[("version", value)]).await, 0, "{value}");
    }
}

#[tokio::test]
async fn a_hostile_project_name_selects_nothing() {
    let template = two_weeks();
    for name in ["tool' OR '1'='1", "$from", "", "TOOL"] {
        let query = Query::new(name, template.from, template.to).expect("a range");
        let report = ask(&[Fact::operation("fetch", "ok")], ReportName::Operations, &query).await;
        assert_eq!(report.rows.len(), 0, "{name}");
    }
}
