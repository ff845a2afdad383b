use candor_report::{Cell, Report, ReportName};

use crate::facts::{Fact, ask, two_weeks};

async fn overview() -> Report {
    let facts = [Fact::operation("fetch", "ok")
        .micros(1_000_000)
        .version("1.0")
        .on(two_weeks().to.yesterday().expect("a day"))];
    ask(&facts, ReportName::Overview, &two_weeks()).await
}

#[tokio::test]
async fn the_json_of_a_report_is_its_documented_shape() {
    let expected = r#"{"report":"overview","project":"tool","from":"2026-11-09","to":"2026-11-23","rows":[{"day":"2026-11-22","runs":1,"ok":1,"error":0,"cancelled":0,"success":1.0,"p50_us":1003520,"p95_us":1003520,"counted":0,"started":0,"versions":1}],"totals":{"day":null,"runs":1,"ok":1,"error":0,"cancelled":0,"success":1.0,"p50_us":1003520,"p95_us":1003520,"counted":0,"started":0,"versions":1},"notes":["#;
    let json = overview().await.to_json();
    assert!(json.starts_with(expected), "{json}");
}

#[tokio::test]
async fn a_report_read_from_its_json_is_the_same_report() {
    let facts = [
        Fact::operation("it's \"é\"", "ok").micros(7).version("1.0"),
        Fact::part("fetch", "a").micros(3),
        Fact::part("fetch", "b").micros(4),
        Fact::component("provider", "mounts", "1.0"),
        Fact::counter("reload").command("x"),
        Fact::crash("panic").version("1.0"),
    ];
    for name in ReportName::ALL {
        let report = ask(&facts, name, &two_weeks()).await;
        assert!(!report.rows.is_empty(), "{name}");
        assert_eq!(Report::from_json(&report.to_json()).expect("a report"), report, "{name}");
    }
}

#[tokio::test]
async fn what_a_newer_collector_adds_is_skipped_and_what_is_missing_is_empty() {
    let json = r#"{"report":"operations","project":"p","from":"2026-01-01","to":"2026-01-02","rows":[{"operation":"fetch","runs":3,"new":[1]}],"notes":[],"more":{}}"#;
    let report = Report::from_json(json).expect("a report");
    assert_eq!(report.cell(0, "runs"), Some(&Cell::Count(3)));
    assert_eq!(report.cell(0, "p50_us"), Some(&Cell::Empty));
    for broken in [
        "",
        "{}",
        r#"{"report":"users"}"#,
        &json.replace("\"runs\":3", "\"runs\":\"3\""),
        &json.replace("2026-01-02", "2026-02-30"),
    ] {
        assert!(Report::from_json(broken).is_err(), "{broken}");
    }
}

#[tokio::test]
async fn csv_quotes_what_would_break_a_line_and_disarms_formulas() {
    let facts = [Fact::operation("a,\"b\"\nc", "ok").times(2), Fact::operation("=cmd()", "ok")];
    let csv = ask(&facts, ReportName::Operations, &two_weeks()).await.to_csv();
    let expected = "operation,runs,ok,error,cancelled,success,p50_us,p90_us,p95_us,p99_us\r\n\
                    \"a,\"\"b\"\"\nc\",2,2,0,0,1,,,,\r\n\
                    '=cmd(),1,1,0,0,1,,,,\r\n";
    assert_eq!(csv, expected);
}
