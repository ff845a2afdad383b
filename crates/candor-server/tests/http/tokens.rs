//! What a token opens, and what it does not.

use crate::server::{Server, batch, event};

const REPORT: &str = "/api/v1/projects/inventory/reports/overview";

/// The status of a report, of SQL, and of signing in.
fn opened(server: &Server, token: &str) -> [u16; 3] {
    let authorization = format!("Bearer {token}");
    let report = server.send("GET", REPORT, &[("authorization", &authorization)], b"");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let login = server.send("POST", "/login", &form, format!("token={token}").as_bytes());
    [report.status, server.sql_by(token, "SELECT 1 AS one").status, login.status]
}

#[test]
fn a_token_does_what_it_was_made_for_and_nothing_else() {
    let server = Server::start();
    server.create_project("other");
    for (project, scopes, expected) in [
        (Some("inventory"), "read", [200, 403, 303]),
        (Some("inventory"), "sql", [403, 200, 403]),
        (Some("inventory"), "admin", [403, 403, 403]),
        (Some("inventory"), "read,sql", [200, 200, 303]),
        (Some("other"), "read,sql", [401, 200, 303]),
        (None, "read", [200, 403, 303]),
        (None, "read,sql,admin", [200, 200, 303]),
    ] {
        let token = server.create_token(project, scopes);
        assert_eq!(opened(&server, &token), expected, "{scopes} of {project:?}");
    }
    let refused = server.sql_by(&server.create_token(None, "read"), "SELECT 1");
    assert_eq!(refused.code(), "insufficient_scope");
    assert!(refused.json()["detail"].as_str().unwrap().contains("sql"), "{refused:?}");
}

#[test]
fn a_token_of_all_projects_asks_about_all_of_them() {
    let server = Server::start();
    let other = server.create_project("other");
    let authorization = format!("Bearer {}", other.write_key);
    let sent = server.send("POST", "/v1/batch", &[("authorization", &authorization)], batch(&[event("1")]).as_bytes());
    assert_eq!((sent.status, server.batch(batch(&[event("1")])).status), (200, 200));
    let token = server.create_token(None, "sql");
    let answer = server.sql_by(&token, "SELECT DISTINCT project FROM facts ORDER BY project").json();
    assert_eq!(answer["rows"], serde_json::json!([{"project": "inventory"}, {"project": "other"}]));
}

#[test]
fn a_revoked_token_opens_nothing_at_once() {
    let server = Server::start();
    let token = server.create_token(Some("inventory"), "read,sql");
    assert_eq!(opened(&server, &token), [200, 200, 303]);
    server.block_on(server.app().catalog().revoke_token(&token)).unwrap();
    assert_eq!(opened(&server, &token), [401, 401, 401]);
}
