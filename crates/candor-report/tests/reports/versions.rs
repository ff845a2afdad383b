use candor_report::ReportName;
use jiff::civil::date;

use crate::facts::{Fact, ask, lines, two_weeks};

#[tokio::test]
async fn versions_are_in_the_order_of_their_releases_and_the_newest_release_is_marked() {
    let run = |version| Fact::operation("fetch", "ok").version(version);
    let facts = [
        run("1.9.0").on(date(2026, 11, 10)),
        run("1.9.0").on(date(2026, 11, 12)).times(4),
        run("1.10.0").on(date(2026, 11, 20)).times(3),
        Fact::operation("fetch", "error").version("1.10.0").on(date(2026, 11, 22)),
        run("1.11.0-rc.1").on(date(2026, 11, 22)),
        Fact::lifecycle("started", "server").version("1.9.0").times(2).on(date(2026, 11, 11)),
    ];
    let report = ask(&facts, ReportName::Versions, &two_weeks()).await;
    assert_eq!(
        lines(&report),
        [
            "1.11.0-rc.1,false,1,0.1,0,1,2026-11-22,2026-11-22,,",
            "1.10.0,true,4,0.4,0,0.75,2026-11-20,2026-11-22,,",
            "1.9.0,false,5,0.5,2,1,2026-11-10,2026-11-12,,",
        ]
    );
    assert_eq!(report.notes, ["40.0 % of the runs are on 1.10.0, the newest release seen."]);
}

#[tokio::test]
async fn what_is_no_version_sorts_last_and_never_fails() {
    let mut facts: Vec<_> = ["dev", "1.0", "", "99999999999999999999999", "é'\""]
        .into_iter()
        .map(|version| Fact::operation("fetch", "ok").version(version))
        .collect();
    facts.push(Fact::operation("fetch", "ok"));
    let report = ask(&facts, ReportName::Versions, &two_weeks()).await;
    let versions: Vec<_> = report.rows.iter().map(|row| row[0].as_text()).collect();
    let expected = [Some("1.0"), Some(""), Some("99999999999999999999999"), Some("dev"), Some("é'\""), None];
    assert_eq!(versions, expected);
}

#[tokio::test]
async fn without_a_release_the_newest_pre_release_is_the_latest_and_without_a_version_nothing_is() {
    let report = ask(&[Fact::operation("fetch", "ok").version("0.1.0-beta")], ReportName::Versions, &two_weeks()).await;
    assert_eq!(lines(&report), ["0.1.0-beta,true,1,1,0,1,2026-11-20,2026-11-20,,"]);
    let report = ask(&[Fact::operation("fetch", "ok").version("dev")], ReportName::Versions, &two_weeks()).await;
    assert_eq!(lines(&report), ["dev,false,1,1,0,1,2026-11-20,2026-11-20,,"]);
    assert_eq!(report.notes, [""; 0]);
}

#[tokio::test]
async fn adoption_is_a_version_among_the_active_days() {
    let facts = [
        Fact::operation("fetch", "ok").version("1.1"),
        Fact::operation("fetch", "ok").version("1.0"),
        Fact::active(true, false, 0).version("1.1").times(3),
        Fact::active(false, false, 4).version("1.0"),
        Fact::sketched(6, [Some((1, 1)), None, None]).version("1.0").times(100),
    ];
    let report = ask(&facts, ReportName::Versions, &two_weeks()).await;
    let adoption: Vec<_> = lines(&report).iter().map(|line| line[line.len() - 6..].to_owned()).collect();
    assert_eq!(adoption, ["3,0.75", "1,0.25"]);
}
