use candor_report::{Field, Query, ReportError, ReportName};
use jiff::civil::date;

use crate::facts::{Fact, ask, lines, session, two_weeks};

fn by(field: &str, top: u32) -> Query {
    two_weeks().by(field.parse::<Field>().expect("a field")).with_top(top).expect("a number")
}

/// Of each row, what it is about and how often it ran.
async fn runs(facts: &[Fact], name: ReportName, query: &Query) -> Vec<String> {
    let report = ask(facts, name, query).await;
    let first = report.keys() + 1;
    lines(&report).iter().map(|line| line.split(',').take(first).collect::<Vec<_>>().join(",")).collect()
}

#[tokio::test]
async fn operations_by_os_have_the_most_frequent_ones_and_other() {
    let run = |os, times| Fact::operation("fetch", "ok").os(os).times(times);
    let facts = [
        run("linux", 10),
        run("macos", 5),
        run("plan9", 1),
        run("other", 2),
        run("haiku", 1),
        Fact::operation("fetch", "ok").times(3),
        Fact::operation("help", "ok").os("plan9"),
        Fact::counter("reload").os("windows").times(1000),
    ];
    assert_eq!(
        runs(&facts, ReportName::Operations, &by("os", 2)).await,
        ["fetch,linux,10", "fetch,macos,5", "fetch,other,4", "fetch,,3", "help,other,1"]
    );
}

#[tokio::test]
async fn by_an_attribute_only_what_has_it_is_listed() {
    let facts = [
        Fact::part("fetch", "collect").provider("mounts").size(7).cached(true),
        Fact::part("fetch", "collect").provider("it's").size(10).times(4),
        Fact::part("fetch", "store").cached(false).times(9),
    ];
    assert_eq!(
        runs(&facts, ReportName::Parts, &by("provider", 10)).await,
        ["fetch,collect,it's,4", "fetch,collect,mounts,1"]
    );
    assert_eq!(runs(&facts, ReportName::Parts, &by("size", 10)).await, ["fetch,collect,10,4", "fetch,collect,7,1"]);
    let cached = runs(&facts, ReportName::Parts, &by("cached", 10)).await;
    assert_eq!(cached, ["fetch,store,no,9", "fetch,collect,yes,1"]);
    let report = ask(&facts, ReportName::Parts, &by("nobody", 10)).await;
    assert_eq!((report.rows.len(), report.notes.len()), (0, 1));
}

#[tokio::test]
async fn counts_by_a_field_list_that_field_alone() {
    let facts = [
        Fact::counter("resources").provider("mounts").command("x").os("linux").times(6),
        Fact::counter("resources").provider("processes").times(2),
        Fact::counter("resources").times(2),
    ];
    let report = ask(&facts, ReportName::Counts, &by("provider", 1)).await;
    assert_eq!(
        lines(&report),
        ["count,resources,,,,10,", "count,resources,,provider,mounts,6,0.6", "count,resources,,provider,other,2,0.2",]
    );
    let report = ask(&facts, ReportName::Counts, &by("os", 1)).await;
    assert_eq!(lines(&report)[1..], ["count,resources,,os,linux,6,0.6"]);
}

#[tokio::test]
async fn the_overview_by_version_is_its_adoption_over_time() {
    let run = |version, day| Fact::operation("fetch", "ok").version(version).on(date(2026, 11, day));
    let facts = [run("1.0", 19).times(9), run("1.1", 20).times(3), run("1.0", 20), run("0.9", 20)];
    assert_eq!(
        runs(&facts, ReportName::Overview, &by("version", 2)).await,
        ["2026-11-19,1.0,9", "2026-11-20,1.0,1", "2026-11-20,1.1,3", "2026-11-20,other,1"]
    );
}

#[tokio::test]
async fn actives_by_a_field_are_those_of_each_value_in_the_order_of_the_periods() {
    let active = |os, day| Fact::active(true, true, 0).os(os).on(date(2026, 11, day));
    let facts = [
        active("linux", 20).times(3),
        active("macos", 19).times(2),
        active("plan9", 19),
        Fact::active(true, true, 0).on(date(2026, 11, 20)),
        Fact::operation("fetch", "ok").os("linux").on(date(2026, 11, 20)),
    ];
    let actives = runs(&facts, ReportName::Actives, &by("os", 2)).await;
    assert_eq!(
        actives.iter().filter(|line| !line.ends_with(",0")).map(String::as_str).collect::<Vec<_>>(),
        [
            "day,2026-11-19,macos,2",
            "day,2026-11-19,other,1",
            "day,2026-11-20,linux,3",
            "day,2026-11-20,,1",
            "week,2026-11-16,linux,3",
            "week,2026-11-16,macos,2",
            "week,2026-11-16,other,1",
            "week,2026-11-16,,1",
            "month,2026-11-01,linux,3",
            "month,2026-11-01,macos,2",
            "month,2026-11-01,other,1",
            "month,2026-11-01,,1",
        ]
    );
}

#[tokio::test]
async fn different_installations_are_counted_for_each_value_by_itself() {
    let run = |installation, version, day| {
        Fact::operation("fetch", "ok").installation(installation).version(version).on(date(2026, 11, day))
    };
    let facts = [run(1, "1.0", 19), run(1, "1.1", 20), run(2, "1.1", 20), run(2, "1.1", 21)];
    let week = |lines: Vec<String>| lines.into_iter().filter(|line| line.starts_with("week")).collect::<Vec<_>>();
    let report = ask(&facts, ReportName::Actives, &by("version", 5)).await;
    assert_eq!(week(lines(&report)), ["week,2026-11-16,1.1,,,,2", "week,2026-11-16,1.0,,,,1"]);
    let report = ask(&facts, ReportName::Invocations, &by("version", 5)).await;
    assert_eq!(week(lines(&report)), ["week,2026-11-16,1.1,3,,,2,3,1.5", "week,2026-11-16,1.0,1,,,1,1,1"]);
}

#[tokio::test]
async fn a_report_without_a_breakdown_says_which_have_one() {
    let session = session(&[]).await;
    let error = candor_report::run(&session, ReportName::Geography, &by("os", 3)).await.expect_err("it has none");
    assert!(matches!(error, ReportError::NoBreakdown { .. }) && error.is_refusal());
    assert!(error.to_string().contains("overview, actives, invocations, retention, operations"), "{error}");
}

#[tokio::test]
async fn a_field_called_like_an_injection_is_a_field() {
    let facts = [Fact::operation("fetch", "ok")];
    for field in ["x\" FROM facts --", "'; DROP TABLE facts; --", "$project"] {
        assert_eq!(ask(&facts, ReportName::Operations, &by(field, 3)).await.rows.len(), 0, "{field}");
    }
}
