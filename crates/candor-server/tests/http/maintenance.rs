//! Maintenance and erasure by whoever may.

use crate::server::{Answer, Server, batch, event};
use serde_json::json;

fn post(server: &Server, token: &str, path: &str, body: &str) -> Answer {
    server.send("POST", path, &[("authorization", &format!("Bearer {token}"))], body.as_bytes())
}

const ERASE: &str = "/api/v1/projects/inventory/erase";

#[test]
fn an_installation_is_erased_by_the_name_that_its_tool_gives_it() {
    let server = Server::start();
    let of = |message: &str, device: &str| {
        event(message).replace(r#""anonymousId": "a""#, &format!(r#""anonymousId": "{device}""#))
    };
    let items = [of("1", "lovelace-device"), of("2", "lovelace-device"), of("3", "babbage-device")];
    assert_ne!(items[0], event("1"), "the event names its device");
    assert_eq!(server.batch(batch(&items)).status, 200);
    let admin = server.create_token(Some("inventory"), "admin");
    let sql = server.create_token(None, "sql");
    let counted = || {
        let text = "SELECT (SELECT count(*) FROM facts) AS facts, \
            (SELECT sum(count) FROM daily WHERE grain = 'release') AS daily, \
            (SELECT count(DISTINCT installation) FROM installation_days) AS installations";
        server.sql_by(&sql, text).json()["rows"][0].clone()
    };
    assert_eq!(counted(), json!({"facts": 3, "daily": 3, "installations": 2}));
    let erased = post(&server, &admin, ERASE, r#"{"installation": "lovelace-device"}"#);
    assert_eq!((erased.status, &erased.json()["rows_removed"]), (200, &json!(2)), "{erased:?}");
    assert_eq!(counted(), json!({"facts": 1, "daily": 1, "installations": 1}));
    let again = post(&server, &admin, ERASE, r#"{"installation": "lovelace-device"}"#);
    assert_eq!((again.status, &again.json()["rows_removed"]), (200, &json!(0)), "{again:?}");
}

#[test]
fn maintenance_takes_the_scope_admin_and_of_all_projects() {
    let server = Server::start();
    assert_eq!(server.batch(batch(&[event("1")])).status, 200);
    let [reader, of_one, of_other, of_all] = [
        server.create_token(None, "read,sql"),
        server.create_token(Some("inventory"), "admin"),
        {
            server.create_project("other");
            server.create_token(Some("other"), "admin")
        },
        server.create_token(None, "admin"),
    ];
    let wish = r#"{"installation": "x"}"#;
    for (token, path, status) in [
        (&reader, ERASE, 403),
        (&of_one, ERASE, 200),
        (&of_other, ERASE, 401),
        (&of_all, ERASE, 200),
        (&of_all, "/api/v1/projects/nothing/erase", 404),
        (&reader, "/api/v1/maintenance/compact", 403),
        (&of_one, "/api/v1/maintenance/compact", 403),
        (&of_all, "/api/v1/maintenance/compact-all", 200),
        (&of_all, "/api/v1/maintenance/vacuum", 200),
        (&of_all, "/api/v1/maintenance/retain", 200),
        (&of_all, "/api/v1/maintenance/rollup", 200),
        (&of_all, "/api/v1/maintenance/format", 404),
    ] {
        let answer = post(&server, token, path, wish);
        assert_eq!(answer.status, status, "{path}: {answer:?}");
    }
    for wish in ["", "{}", r#"{"installation": 1}"#, r#"{"installation": "x", "project": "y"}"#] {
        assert_eq!(post(&server, &of_all, ERASE, wish).code(), "not_json", "{wish}");
    }
    let nobody = post(&server, &of_all, ERASE, r#"{"installation": "anonymous"}"#);
    assert_eq!((nobody.status, nobody.code().as_str()), (409, "not_recognised"));
}
