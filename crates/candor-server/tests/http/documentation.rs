//! docs/http.md says what the code does.

use crate::server::Server;
use candor_server::{Code, Limits, ROUTES};
use std::path::Path;

fn page() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/http.md");
    std::fs::read_to_string(file).unwrap()
}

/// The lines between `<!-- NAME -->` and `<!-- /NAME -->`.
fn section(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("<!-- {name} -->\n")).unwrap();
    rest.split_once(&format!("<!-- /{name} -->")).unwrap().0.trim().to_owned()
}

fn compare(name: &str, expected: &str) {
    let documented = section(&page(), name);
    if documented != expected {
        eprintln!("docs/http.md, section {name}, should be:\n{expected}");
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
