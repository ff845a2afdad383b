//! For how long an installation is recognised.

use crate::server::{Server, batch, event};
use candor_store::{IdentityPolicy, NewProject, ProjectMode};

/// The installations of two requests of one device, and the database that the second says.
fn installations(server: &Server, identity: IdentityPolicy) -> serde_json::Value {
    let name = identity.as_str().to_owned();
    let new = NewProject { name, mode: ProjectMode::Open, manifest: None, identity };
    let project = server.block_on(server.app().catalog().create_project(new)).unwrap();
    let key = format!("Bearer {}", project.write_key);
    let with_database = event("2").replace("\"n\": 1}", "\"n\": 1}, \"context\": {\"database\": \"00c0ffee00c0ffee\"}");
    for item in [event("1"), with_database] {
        let answer = server.send("POST", "/v1/batch", &[("authorization", &key)], batch(&[item]).as_bytes());
        assert_eq!(answer.status, 200);
    }
    let token = format!("Bearer {}", project.token);
    let sql = r#"{"sql": "SELECT count(DISTINCT installation) AS installations, count(installation) AS rows,
        count(database) AS databases FROM facts"}"#;
    let sql = sql.replace('\n', " ");
    let answer = server.send("POST", "/api/v1/sql", &[("authorization", &token)], sql.as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["rows"][0].clone()
}

#[test]
fn what_a_policy_keeps_is_in_the_rows_and_what_it_drops_is_not() {
    let server = Server::start();
    let recognised = serde_json::json!({"installations": 1, "rows": 2, "databases": 1});
    for policy in [IdentityPolicy::Daily, IdentityPolicy::Monthly, IdentityPolicy::Stable] {
        assert_eq!(installations(&server, policy), recognised, "{policy:?}");
    }
    let dropped = serde_json::json!({"installations": 0, "rows": 0, "databases": 0});
    assert_eq!(installations(&server, IdentityPolicy::Drop), dropped);
}
