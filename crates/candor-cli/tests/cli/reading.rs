//! Reports and SQL, beside a running collector and without one, from the directory and over HTTP.

use crate::candor::Place;

#[test]
fn reports_and_sql_say_the_same_beside_a_collector_over_http_and_after_it() {
    let place = Place::new();
    let project = place.create_project("inventory");
    let (key, token) = (project["write_key"].as_str().unwrap(), project["token"].as_str().unwrap());
    let collector = place.serve();
    let url = collector.url.clone();
    for (id, version) in [("1", "1.0.0"), ("2", "1.1.0"), ("3", "1.1.0")] {
        collector.send_operation(key, id, "fetch", version);
    }
    let report = ["report", "operations", "--project", "inventory", "--json"];
    let sql = ["sql", "SELECT version, sum(count) AS n FROM facts GROUP BY 1 ORDER BY 1", "--json"];
    let remote = ["--url", url.as_str(), "--token", token];
    let beside_report = place.run(&[&report[..], &["--data", "DATA"]].concat()).json();
    let beside_sql = place.run(&[&sql[..], &["--data", "DATA"]].concat()).json();
    assert_eq!(beside_report["rows"][0]["operation"], "fetch");
    assert_eq!(beside_report["rows"][0]["runs"], 3);
    let versions = serde_json::json!([{"version": "1.0.0", "n": 1}, {"version": "1.1.0", "n": 2}]);
    assert_eq!(beside_sql["rows"], versions);
    assert_eq!(place.run(&[&report[..], &remote].concat()).json(), beside_report);
    assert_eq!(place.run(&[&sql[..], &remote].concat()).json(), beside_sql);

    let filtered = ["report", "operations", "--project", "inventory", "--json", "--version", "1.0.0"];
    let filtered_remote = place.run(&[&filtered[..], &remote].concat()).json();
    assert_eq!(filtered_remote["rows"][0]["runs"], 1);
    assert_eq!(place.run(&[&filtered[..], &["--data", "DATA"]].concat()).json(), filtered_remote);

    assert_eq!(collector.stop("-TERM").status, 0);
    assert_eq!(place.run(&[&report[..], &["--data", "DATA"]].concat()).json(), beside_report);
    assert_eq!(place.run(&[&sql[..], &["--data", "DATA"]].concat()).json(), beside_sql);

    let csv = place.run(&["report", "operations", "--project", "inventory", "--csv", "--data", "DATA"]).ok();
    assert!(csv.starts_with("operation,") && csv.contains("\r\nfetch,"), "{csv}");
    let shown = place.run(&["report", "operations", "--project", "inventory", "--data", "DATA"]).ok();
    assert!(shown.contains("fetch") && !shown.contains('\u{1b}'), "no colour where there is no terminal: {shown}");
    let table = place.run(&["sql", "SELECT version FROM facts ORDER BY 1 LIMIT 1", "--data", "DATA"]).ok();
    assert!(table.contains("version") && table.contains("1.0.0"), "{table}");
}

#[test]
fn what_cannot_be_read_is_one_clear_line() {
    let place = Place::new();
    let report = ["report", "overview", "--project", "inventory", "--data", "DATA"];
    let nowhere = place.run(&report).failed_with(1);
    assert!(nowhere.contains("candor serve --data"), "{nowhere}");
    assert!(!place.path().join("data").exists(), "reading makes nothing");

    place.create_project("inventory");
    let idle = place.run(&report).failed_with(1);
    assert!(idle.contains("no collector has run"), "{idle}");

    let collector = place.serve();
    let other = place.run(&["report", "overview", "--project", "inventroy", "--data", "DATA"]).failed_with(1);
    assert!(other.contains("`inventroy`") && other.contains("inventory"), "{other}");
    let sql = place.run(&["sql", "DROP TABLE facts", "--data", "DATA"]).failed_with(1);
    assert!(sql.contains("SELECT"), "{sql}");
    let remote = ["--url", collector.url.as_str(), "--token", "wrong"];
    let refused = place.run(&[&["report", "overview", "--project", "inventory"][..], &remote].concat()).failed_with(1);
    assert!(refused.contains("401"), "{refused}");
    assert_eq!(collector.stop("-TERM").status, 0);

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", taken.local_addr().unwrap());
    drop(taken);
    let gone = place.run(&["sql", "SELECT 1", "--url", &url, "--token", "t"]).failed_with(1);
    assert!(gone.contains("could not reach the collector"), "{gone}");
}

#[test]
fn a_query_over_a_directory_is_held_to_its_bounds() {
    let place = Place::new();
    place.create_project("inventory");
    place.serve().stop("-TERM");
    let ask = |query: &str, bounds: &[&str]| place.run(&[&["sql", query, "--data", "DATA"], bounds].concat());
    let endless = "SELECT sum(a.value * b.value) FROM generate_series(1, 10000000) a, generate_series(1, 10000000) b";
    let refused = ask(endless, &["--timeout", "1"]).failed_with(1);
    assert!(refused.contains("longer than 1 s") && refused.contains("--timeout"), "{refused}");
    let large = "SELECT array_agg(value) AS list FROM generate_series(1, 100000000)";
    assert!(ask(large, &["--memory", "16"]).failed_with(1).contains("too large"));
    assert!(ask("DROP TABLE facts", &[]).failed_with(1).contains("only SELECT"));
    assert!(ask("SELECT * FROM '/etc/passwd'", &[]).failed_with(1).contains("not found"));
    assert!(ask("SELECT count(*) AS n FROM facts", &[]).ok().contains('0'));
}

#[test]
fn comparisons_breakdowns_and_the_pipeline_are_the_same_from_the_directory_and_over_http() {
    let place = Place::new();
    let project = place.create_project("inventory");
    let (key, token) = (project["write_key"].as_str().unwrap(), project["token"].as_str().unwrap());
    let collector = place.serve();
    let url = collector.url.clone();
    for (id, version) in [("1", "1.0.0"), ("2", "1.1.0"), ("2", "1.1.0")] {
        collector.send_operation(key, id, "fetch", version);
    }
    let remote = ["--url", url.as_str(), "--token", token];
    for question in [
        &["operations", "--compare", "--by", "version", "--top", "1"][..],
        &["overview", "--by", "version", "--source", "raw"],
        &["versions", "--filter", "version=1.0.0", "--source", "rollup"],
        &["live"],
        &["pipeline"],
    ] {
        let report = [&["report"][..], question, &["--project", "inventory", "--json"]].concat();
        let over_http = place.run(&[&report[..], &remote].concat()).json();
        assert_ne!(over_http["rows"].as_array().unwrap().len(), 0, "{question:?}");
        assert_eq!(place.run(&[&report[..], &["--data", "DATA"]].concat()).json(), over_http, "{question:?}");
    }
    let pipeline = ["report", "pipeline", "--project", "inventory", "--data", "DATA", "--csv"];
    let pipeline = place.run(&pipeline).ok();
    assert!(pipeline.contains("\r\naccepted,,2,") && pipeline.contains("\r\nduplicate,,1,"), "{pipeline}");

    let parquet = ["report", "live", "--project", "inventory", "--data", "DATA", "--format", "parquet"];
    assert!(place.run(&parquet).failed_with(2).contains("--output FILE"));
    place.run(&[&parquet[..], &["--output", "live.parquet"]].concat()).ok();
    let written = std::fs::read(place.path().join("live.parquet")).unwrap();
    assert!(written.starts_with(b"PAR1") && written.ends_with(b"PAR1"));
    let refused = ["report", "live", "--project", "inventory", "--data", "DATA", "--by", "os"];
    assert!(place.run(&refused).failed_with(2).contains("cannot be broken down"));
}
