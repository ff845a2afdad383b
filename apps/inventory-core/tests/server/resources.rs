//! `GET /inventory/{kind}`, over either database, and the tool beside the server.

use candor_testkit::Postgres;
use serde_json::json;

use crate::server::{Server, command, home};

#[test]
fn resources_are_the_same_from_either_database() {
    for database in ["sqlite:inventory.db".to_owned(), Postgres::shared().new_database()] {
        let home = home();
        let server = Server::start(&home, &["--database", &database]);
        assert_eq!(server.get("/inventory/users").refused(), (404, "not_collected".to_owned()));
        server.run_job("collect");
        let answer = server.get("/inventory/mounts?limit=1").json();
        assert_eq!((&answer["kind"], &answer["total"]), (&json!("mounts"), &json!(2)));
        let [row] = answer["rows"].as_array().unwrap().as_slice() else { panic!("one row: {answer}") };
        assert_eq!((&row["target"], &row["read_only"]), (&json!("/"), &json!(false)));
        assert_eq!(row.as_object().unwrap().len(), answer["columns"].as_array().unwrap().len());
        assert_eq!(server.rows("list users | count"), [json!({"count": 2})]);
        assert_eq!(server.get("/jobs").json()["jobs"][1]["last"]["outcome"], "ok");
    }
}

#[test]
fn parameters_are_checked() {
    let home = home();
    let server = Server::start(&home, &[]);
    server.run_job("collect");
    for path in ["/inventory/users?limit=many", "/inventory/users?limit=10001", "/inventory/users?lim=1"] {
        assert_eq!(server.get(path).refused(), (400, "invalid_parameter".to_owned()), "{path}");
    }
    assert_eq!(server.get("/inventory/disks").refused(), (404, "unknown_kind".to_owned()));
    assert_eq!(server.get("/inventory/user?limit=0").json()["rows"], json!([]));
}

#[test]
fn a_database_that_goes_away_is_a_503_until_it_is_back() {
    let home = home();
    let server = Server::start(&home, &[]);
    server.run_job("collect");
    let (there, away) = (home.path().join("inventory.db"), home.path().join("away.db"));
    std::fs::rename(&there, &away).unwrap();
    assert_eq!(server.get("/healthz").refused(), (503, "database_unavailable".to_owned()));
    assert_eq!(server.execute("list users").refused(), (503, "database_unavailable".to_owned()));
    std::fs::rename(&away, &there).unwrap();
    assert_eq!(server.get("/healthz").json(), json!({"status": "ok"}));
    assert_eq!(server.rows("list users | count"), [json!({"count": 2})]);
}

#[test]
fn the_machine_itself_can_be_collected() {
    let home = home();
    let server = Server::of(command(&home, &[]).args(["--root", "/"]));
    server.run_job("collect");
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap().lines().count();
    assert_eq!(server.rows("list mounts | count"), [json!({"count": mounts})]);
    assert_eq!(server.rows("search kind=mount target=/ size>1M | count"), [json!({"count": 1})]);
}
