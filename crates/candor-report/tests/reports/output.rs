use candor_report::{Cell, Field, Outcome, Report, ReportName};
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use jiff::civil::date;

use crate::facts::{Fact, ask, ask_pipeline, two_weeks};

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

/// Something for every report that is made of facts.
fn a_bit_of_everything() -> Vec<Fact> {
    let today = two_weeks().to.yesterday().expect("a day");
    vec![
        Fact::operation("it's \"é\"", "ok").micros(7).version("1.0").os("linux").ci("none").container(false).on(today),
        Fact::part("fetch", "a").micros(3),
        Fact::part("fetch", "b").micros(4),
        Fact::component("provider", "mounts", "1.0"),
        Fact::counter("reload").command("x"),
        Fact::crash("panic").version("1.0").installation(1),
        Fact::lifecycle("started", "server"),
        Fact::lifecycle("stopped", "server").micros(5),
        Fact::active(true, true, 0),
        Fact::sketched(6, [Some((3, 2)), Some((4, 1)), Some((5, 1))]),
    ]
}

#[tokio::test]
async fn a_report_read_from_its_json_is_the_same_report() {
    for name in ReportName::ALL.into_iter().filter(|name| *name != ReportName::Pipeline) {
        let query = two_weeks();
        let query = if name.has_comparison() { query.compared() } else { query };
        let query = if name.has_breakdown() { query.by("os".parse().expect("a field")) } else { query };
        let report = ask(&a_bit_of_everything(), name, &query).await;
        assert!(!report.rows.is_empty(), "{name}");
        assert_eq!(Report::from_json(&report.to_json()).expect("a report"), report, "{name}");
    }
    let outcome = Outcome { day: 20_779, outcome: "accepted".into(), reason: String::new(), count: 2 };
    let report = ask_pipeline(&[outcome], &two_weeks()).await;
    assert_eq!(report.rows.len(), 1);
    assert_eq!(Report::from_json(&report.to_json()).expect("a report"), report);
}

#[tokio::test]
async fn the_json_of_a_comparison_has_the_period_before_and_that_of_a_breakdown_its_field() {
    let facts = [
        Fact::counter("reload").os("linux").on(date(2026, 11, 20)).times(3),
        Fact::counter("reload").os("linux").on(date(2026, 11, 2)),
    ];
    let query = two_weeks().compared().by("os".parse().expect("a field"));
    let json = ask(&facts, ReportName::Counts, &query).await.to_json();
    let expected = r#"{"report":"counts","project":"tool","from":"2026-11-09","to":"2026-11-23","by":"os","rows":[{"kind":"count","name":"reload","parent":null,"field":null,"value":null,"total":3,"share":null},{"kind":"count","name":"reload","parent":null,"field":"os","value":"linux","total":3,"share":1.0}],"notes":[],"previous":{"from":"2026-10-26","to":"2026-11-09","rows":[{"kind":"count","name":"reload","parent":null,"field":null,"value":null,"total":1,"share":null},{"kind":"count","name":"reload","parent":null,"field":"os","value":"linux","total":1,"share":1.0}]}}"#;
    assert_eq!(json, expected);
}

#[tokio::test]
async fn what_another_engine_reads_from_the_parquet_is_the_csv() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in [ReportName::Overview, ReportName::Ci, ReportName::Live, ReportName::Invocations] {
        let query = if name.has_comparison() { two_weeks().compared() } else { two_weeks() };
        let report = ask(&a_bit_of_everything(), name, &query).await;
        let file = folder.path().join(format!("{name}.parquet"));
        std::fs::write(&file, report.to_parquet().expect("a file")).expect("a place for it");
        let path = file.to_str().expect("a path of text");
        let session = SessionContext::new();
        let read = session.read_parquet(path, ParquetReadOptions::default()).await.expect("a Parquet file");
        let csv = report.to_csv();
        let (heading, rows) = csv.split_once("\r\n").expect("a heading");
        let names: Vec<_> = read.schema().fields().iter().map(|field| field.name().clone()).collect();
        assert_eq!(names.join(","), heading, "{name}");
        let count = read.count().await.expect("rows");
        assert_eq!(count, rows.lines().count(), "{name}");
    }
    let report = ask(&a_bit_of_everything(), ReportName::Operations, &two_weeks()).await;
    let file = folder.path().join("operations.parquet");
    std::fs::write(&file, report.to_parquet().expect("a file")).expect("a place for it");
    let session = SessionContext::new();
    let path = file.to_str().expect("a path of text");
    session.register_parquet("operations", path, ParquetReadOptions::default()).await.expect("a Parquet file");
    let sql = "SELECT operation, runs + p50_us AS sum, success FROM operations WHERE success = 1.0 AND runs = 1";
    let found = session.sql(sql).await.expect("valid SQL").to_string().await.expect("rows");
    assert!(found.contains("| it's \"é\"  | 8   | 1.0     |"), "{found}");
}

#[tokio::test]
async fn csv_has_the_number_of_the_period_before_beside_each() {
    let facts = [
        Fact::operation("fetch", "ok").on(date(2026, 11, 20)).times(3),
        Fact::operation("fetch", "ok").on(date(2026, 11, 2)),
        Fact::operation("new", "error").on(date(2026, 11, 21)),
    ];
    let report = ask(&facts, ReportName::Operations, &two_weeks().compared()).await;
    let csv = report.to_csv();
    let heading = "operation,runs,ok,error,cancelled,success,p50_us,p90_us,p95_us,p99_us,previous_runs,previous_ok,\
                   previous_error,previous_cancelled,previous_success,previous_p50_us,previous_p90_us,previous_p95_us,\
                   previous_p99_us";
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines, [heading, "fetch,3,3,0,0,1,,,,,1,1,0,0,1,,,,", "new,1,0,1,0,0,,,,,,,,,,,,,"]);
}

#[test]
fn the_heading_of_a_breakdown_is_its_field() {
    let query = two_weeks().by(Field::Attribute("provider".to_owned()));
    let report = Report::empty(ReportName::Operations, &query);
    let headings: Vec<_> = report.columns.iter().map(|column| report.heading(column)).collect();
    assert_eq!(headings[..3], ["operation", "provider", "runs"]);
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
