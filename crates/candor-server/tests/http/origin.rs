//! Where a request is from: a country, and no address.

use crate::server::{Server, batch, event};
use candor_server::{Detail, OriginOptions};
use candor_testkit::{Mmdb, country_code};

/// A collector that believes proxies on this machine, with a database of three networks.
fn server(trusted: &str) -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let countries = folder.path().join("countries.mmdb");
    let networks = [
        ("198.51.100.0/24", country_code("DE")),
        ("2001:db8::/32", country_code("FR")),
        ("127.0.0.0/8", country_code("CH")),
    ];
    std::fs::write(&countries, Mmdb::file(&networks)).unwrap();
    let mut options = OriginOptions::default();
    options.trusted_proxies = trusted.parse().unwrap();
    options.countries = Some(countries);
    (folder, Server::start_from(options))
}

#[test]
fn the_country_is_that_of_the_client_of_a_trusted_proxy() {
    let (_folder, server) = server("127.0.0.0/8, 10.0.0.0/8");
    for (id, header, value) in [
        ("1", "x-forwarded-for", "198.51.100.7"),
        ("2", "x-forwarded-for", "203.0.113.9, 2001:db8::7, 10.0.0.1"),
        ("3", "forwarded", "for=\"[2001:db8::7]:4711\";proto=https"),
        ("4", "x-forwarded-for", "192.0.2.1"),
        ("5", "x-real-ip", "198.51.100.7"),
        ("6", "x-forwarded-for", "198.51.100.7, unknown"),
    ] {
        assert_eq!(server.batch_with(&[(header, value)], batch(&[event(id)])).status, 200, "{value}");
    }
    let rows = server.rows("SELECT country, count(*) AS n FROM facts GROUP BY country ORDER BY country NULLS LAST");
    let row = |country: Option<&str>, n: u64| serde_json::json!({"country": country, "n": n});
    assert_eq!(rows, serde_json::json!([row(Some("DE"), 1), row(Some("FR"), 2), row(None, 3)]));
    let report = server.get("/api/v1/projects/inventory/reports/geography").json();
    assert_eq!(report["rows"][1]["country"], "FR", "{report}");
}

#[test]
fn a_region_goes_into_the_rows_only_where_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("city.mmdb");
    let place = Mmdb::map(&[("country_code", Mmdb::text("DE")), ("region_code", Mmdb::text("BY"))]);
    std::fs::write(&file, Mmdb::file(&[("127.0.0.0/8", place)])).unwrap();
    for (detail, region) in [(Detail::Country, serde_json::Value::Null), (Detail::Region, "DE-BY".into())] {
        let mut options = OriginOptions::default();
        options.countries = Some(file.clone());
        options.detail = detail;
        let server = Server::start_from(options);
        assert_eq!(server.batch(batch(&[event("1")])).status, 200);
        let rows = server.rows("SELECT country, region FROM facts");
        assert_eq!(rows, serde_json::json!([{"country": "DE", "region": region}]));
    }
}

#[test]
fn what_a_stranger_says_of_its_address_changes_nothing() {
    let (_folder, server) = server("10.0.0.0/8");
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip"] {
        let value = if header == "forwarded" { "for=198.51.100.7" } else { "198.51.100.7" };
        assert_eq!(server.batch_with(&[(header, value)], batch(&[event(header)])).status, 200);
    }
    let rows = server.rows("SELECT country, count(*) AS n FROM facts GROUP BY country");
    assert_eq!(rows, serde_json::json!([{"country": "CH", "n": 4}]), "the socket's");
}

#[test]
fn a_crash_is_told_with_its_country_too() {
    let (_folder, server) = server("127.0.0.1");
    let path = format!("/api/1/store/?sentry_key={}", server.project.sentry_key);
    let body = r#"{"event_id": "5f0c9e1a2b3c4d5e6f708192a3b4c5d6", "level": "fatal", "user": {"ip_address": "198.51.100.99"},
        "exception": {"values": [{"type": "Panic", "value": "boom"}]}}"#;
    assert_eq!(server.send("POST", &path, &[("x-forwarded-for", "198.51.100.7")], body.as_bytes()).status, 200);
    let rows = server.rows("SELECT * FROM crashes");
    assert_eq!(rows[0]["country"], "DE");
    assert!(!rows.to_string().contains("198.51"), "{rows}");
}
