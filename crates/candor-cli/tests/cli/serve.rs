use std::io::{Read, Write};
use std::net::TcpStream;

use crate::candor::{Ended, Place};

#[test]
fn it_says_where_it_listens_stops_on_a_signal_and_loses_nothing() {
    let place = Place::new();
    let project = place.create_project("inventory");
    let key = project["write_key"].as_str().unwrap();
    for (round, signal) in ["-TERM", "-INT"].into_iter().enumerate() {
        let collector = place.serve();
        assert!(collector.url.starts_with("http://127.0.0.1:"));
        collector.signal("-HUP");
        collector.send_operation(key, &format!("{round}"), "fetch", "1.0.0");
        let ended = collector.stop(signal);
        assert_eq!((ended.status, ended.out.as_str()), (0, ""), "{}", ended.err);
        assert!(!ended.err.contains(key), "a key is logged: {}", ended.err);
    }
    let count = ["sql", "SELECT sum(count) AS n FROM facts", "--data", "DATA", "--json"];
    assert_eq!(place.run(&count).json()["rows"][0]["n"], 2);
}

#[test]
fn a_second_collector_on_the_same_data_is_told_who_has_it() {
    let place = Place::new();
    let collector = place.serve();
    let line = place.run(&["serve", "--data", "DATA", "--listen", "127.0.0.1:0"]).failed_with(1);
    assert!(line.contains("in use"), "{line}");
    let ended = collector.stop("-TERM");
    assert!(ended.err.contains("/signin/"), "the first start shows a way in: {}", ended.err);
}

#[test]
fn an_address_that_is_taken_is_a_clear_error() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = place.run(&["serve", "--data", "DATA", "--listen", &address]).failed_with(1);
    assert!(line.contains(&address) && line.contains("--listen"), "{line}");
}

#[test]
fn every_setting_is_printed_with_what_decided_it_and_every_bound_with_its_reason() {
    let place = Place::new();
    place.write(
        "collector.toml",
        "data = \"from-file\"\nlisten = \"127.0.0.1:1\"\nflush_rows = 7\nflush_interval = 9\n",
    );
    let mut command = place.command();
    command.args(["serve", "--config", "collector.toml", "--listen", "127.0.0.1:2", "--print-config"]);
    let text = Ended::of(&command.env("CANDOR_FLUSH_ROWS", "8").output().unwrap()).ok();
    let decided = |line: &str, by: &str| {
        let (before, _) = text.split_once(&format!("\n{line}\n")).unwrap_or_else(|| panic!("{line}: {text}"));
        let comment = before.lines().last().unwrap();
        assert!(comment.ends_with(&format!("({by})")), "{line}: {comment}");
    };
    decided("data = \"from-file\"", "collector.toml");
    decided("listen = \"127.0.0.1:2\"", "--listen");
    decided("flush_rows = \"8\"", "CANDOR_FLUSH_ROWS");
    decided("flush_interval = \"9\"", "collector.toml");
    decided("log_format = \"text\"", "default");
    assert!(text.contains("# body_bytes = \"20 MiB\""), "{text}");

    // What is printed is a file of settings.
    place.write("printed.toml", &text);
    let again = place.run(&["serve", "--config", "printed.toml", "--print-config"]).ok();
    let settings = |text: &str| text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    assert_eq!(settings(&again), settings(&text));
}

#[test]
fn a_project_is_held_to_the_rate_that_is_set() {
    let place = Place::new();
    let project = place.create_project("inventory");
    let key = project["write_key"].as_str().unwrap();
    place.write("collector.toml", "project_requests_per_second = 1\n");
    let collector = place.serve_with(&["--config", "collector.toml"]);
    let answers: Vec<u16> =
        (0..90).map(|id| collector.post_operation(key, &format!("{id}"), "fetch", "1.0.0")).collect();
    assert_eq!((answers[0], answers[59]), (200, 200), "a minute of it is saved up");
    assert!(answers.contains(&429), "{answers:?}");
}

#[test]
fn a_file_of_settings_that_cannot_be_meant_is_named_with_what_is_wrong() {
    let place = Place::new();
    let serve = |text: &str| {
        place.write("collector.toml", text);
        let ended = place.run(&["serve", "--config", "collector.toml", "--data", "DATA"]);
        let status = ended.status;
        ended.failed_with(status)
    };
    let unknown = serve("lissen = \"127.0.0.1:0\"\n");
    assert!(
        unknown.starts_with("collector.toml: there is no setting `lissen`") && unknown.contains("listen"),
        "{unknown}"
    );
    let value = serve("listen = \"somewhere\"\n");
    assert!(value.starts_with("collector.toml: ") && value.contains("somewhere"), "{value}");
    let shape = serve("listen = 2026-11-22\n");
    assert!(shape.contains("`listen` must be"), "{shape}");
    let syntax = serve("listen = \n");
    assert!(syntax.contains("collector.toml") && syntax.contains("line 1"), "{syntax}");
    let missing = place.run(&["serve", "--config", "nowhere.toml"]).failed_with(1);
    assert!(missing.contains("nowhere.toml"), "{missing}");
    assert!(!place.path().join("data").exists());
}

#[test]
fn a_collector_with_a_certificate_is_asked_by_https() {
    let place = Place::new();
    let token = place.create_project("inventory")["token"].as_str().unwrap().to_owned();
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    place.write("cert.pem", &cert.pem());
    place.write("key.pem", &signing_key.serialize_pem());
    place.write("collector.toml", "tls_certificate = \"cert.pem\"\ntls_key = \"key.pem\"\n");
    let collector = place.serve_with(&["--config", "collector.toml"]);
    assert!(collector.url.starts_with("https://127.0.0.1:"), "{}", collector.url);
    let report = ["report", "overview", "--project", "inventory", "--url", &collector.url, "--token", &token, "--json"];
    let stranger = place.run(&report).failed_with(1);
    assert!(stranger.contains("certificate"), "{stranger}");
    let mut command = place.command();
    let trusted = Ended::of(&command.args(report).env("SSL_CERT_FILE", "cert.pem").output().unwrap());
    assert_eq!(trusted.json()["report"], "overview");
    assert_eq!(collector.stop("-TERM").status, 0);

    let half = place.run(&["serve", "--data", "DATA", "--tls-key", "key.pem"]);
    assert!(half.status == 2 && half.err.contains("--tls-certificate"), "{}", half.err);
    let wrong = place.run(&["serve", "--data", "DATA", "--tls-certificate", "key.pem", "--tls-key", "key.pem"]);
    assert!(wrong.failed_with(1).contains("key.pem"));
}

/// The status of the answer to a GET.
fn status(url: &str, path: &str) -> u16 {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn the_metrics_have_an_address_of_their_own_where_one_is_set() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let private = taken.local_addr().unwrap().to_string();
    drop(taken);
    place.write("collector.toml", &format!("metrics_listen = \"{private}\"\n"));
    let collector = place.serve_with(&["--config", "collector.toml"]);
    let private = format!("http://{private}");
    for (path, at_public, at_private) in [
        ("/metrics", 404, 200),
        ("/healthz", 200, 200),
        ("/readyz", 200, 200),
        ("/", 200, 404),
        ("/v1/batch", 405, 404),
    ] {
        assert_eq!((status(&collector.url, path), status(&private, path)), (at_public, at_private), "{path}");
    }
    let ended = collector.stop("-TERM");
    assert!(ended.status == 0 && ended.err.contains(&format!("metrics on {private}/metrics")), "{}", ended.err);
    let again = std::net::TcpListener::bind(private.trim_start_matches("http://")).unwrap();
    let address = again.local_addr().unwrap().to_string();
    let both = ["serve", "--data", "DATA", "--listen", "127.0.0.1:0", "--metrics-listen", &address];
    let line = place.run(&both).failed_with(1);
    assert!(line.contains(&address) && line.contains("--metrics-listen"), "{line}");
}
