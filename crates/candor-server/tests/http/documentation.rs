//! docs/http.md says what the code does.

use crate::server::{Server, batch, event};
use candor_server::{Code, Limits, ROUTES};
use std::path::Path;

fn page(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    std::fs::read_to_string(file).unwrap()
}

/// The lines between `<!-- NAME -->` and `<!-- /NAME -->`.
fn section(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("<!-- {name} -->\n")).unwrap();
    rest.split_once(&format!("<!-- /{name} -->")).unwrap().0.trim().to_owned()
}

fn compare(name: &str, expected: &str) {
    compare_in("http.md", name, expected);
}

fn compare_in(file: &str, name: &str, expected: &str) {
    let documented = section(&page(file), name);
    if documented != expected {
        eprintln!("docs/{file}, section {name}, should be:\n{expected}");
    }
    assert_eq!(documented, expected);
}

#[test]
fn the_list_of_routes_is_the_routes() {
    let mut expected = "| | | |\n|---|---|---|".to_owned();
    for (method, path, purpose) in ROUTES {
        expected.push_str(&format!("\n| {method} | `{path}` | {purpose} |"));
    }
    compare("routes", &expected);
}

#[test]
fn every_listed_route_is_there() {
    let server = Server::start();
    for (method, path, _) in ROUTES {
        let path = path
            .replace("{project}", "inventory")
            .replace("{name}", "overview")
            .replace("{code}", "0")
            .replace("{id}", "1");
        let answer = server.send(method, &path, &[], b"");
        assert!(!matches!(answer.status, 404 | 405), "{method} {path}: {answer:?}");
    }
}

#[test]
fn the_list_of_codes_is_the_codes() {
    let mut expected = "| code | status | meaning |\n|---|---|---|".to_owned();
    for code in Code::ALL {
        expected.push_str(&format!("\n| `{code}` | {} | {} |", code.status().as_u16(), code.message()));
    }
    compare("codes", &expected);
}

#[test]
fn the_list_of_limits_is_the_limits() {
    let mut expected = "| limit | value | what and why |\n|---|---|---|".to_owned();
    for limit in Limits::default().described() {
        expected.push_str(&format!("\n| `{}` | {} | {} |", limit.name, limit.value, limit.reason));
    }
    compare("limits", &expected);
}

#[test]
fn the_list_of_metrics_is_what_is_exposed() {
    let server = Server::start();
    assert_eq!(server.batch(batch(&[event("1")])).status, 200);
    let exposed = server.send("GET", "/metrics", &[], b"").body;
    let described = |key: &str| -> Vec<(String, String)> {
        let lines = exposed.lines().filter_map(|line| line.strip_prefix(key)?.split_once(' '));
        lines.map(|(name, text)| (name.to_owned(), text.trim_end_matches('.').to_owned())).collect()
    };
    let types = described("# TYPE ");
    let mut expected = "| metric | type | meaning |\n|---|---|---|".to_owned();
    for (name, help) in described("# HELP ") {
        let kind = &types.iter().find(|(typed, _)| *typed == name).unwrap().1;
        expected.push_str(&format!("\n| `{name}` | {kind} | {help} |"));
    }
    compare_in("operations.md", "metrics", &expected);
}
