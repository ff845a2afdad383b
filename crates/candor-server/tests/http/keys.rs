//! Where write keys may stand, and what is said of wrong ones.

use crate::server::{Server, batch, event};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use candor_server::Limits;
use candor_store::ProjectMode;

#[test]
fn a_key_is_taken_wherever_clients_put_it() {
    let server = Server::start();
    let key = &server.project.write_key;
    let basic = format!("Basic {}", STANDARD.encode(format!("{key}:")));
    let bearer = format!("Bearer {key}");
    for authorization in [&basic, &bearer] {
        let answer =
            server.send("POST", "/v1/batch", &[("authorization", authorization)], batch(&[event("1")]).as_bytes());
        assert_eq!(answer.status, 200, "{authorization}");
    }
    for body in [
        format!(r#"{{"writeKey": "{key}", "batch": [{}]}}"#, event("2")),
        format!(r#"{{"batch": [{}, {{"type": "track", "event": "x", "writeKey": "{key}"}}]}}"#, event("3")),
    ] {
        assert_eq!(server.send("POST", "/v1/batch", &[], body.as_bytes()).status, 200, "{body}");
    }
    let single = format!(r#"{{"event": "x", "writeKey": "{key}"}}"#);
    assert_eq!(server.send("POST", "/v1/track", &[], single.as_bytes()).status, 200);
}

#[test]
fn a_wrong_or_missing_key_is_refused_for_good_and_nothing_is_kept() {
    let server = Server::start();
    let body = batch(&[event("1")]);
    for authorization in ["Bearer wrong", "Basic d3Jvbmc6", "Basic !", "Digest x", "Bearer "] {
        let answer = server.send("POST", "/v1/batch", &[("authorization", authorization)], body.as_bytes());
        assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_write_key"), "{authorization}");
        assert!(!answer.headers.contains_key("retry-after"));
    }
    assert_eq!(server.send("POST", "/v1/batch", &[], body.as_bytes()).code(), "invalid_write_key");
    let long = format!("Bearer {}", "k".repeat(10_000));
    assert_eq!(server.send("POST", "/v1/batch", &[("authorization", &long)], body.as_bytes()).status, 401);
    assert_eq!(server.rows("SELECT count(*) AS n FROM facts")[0]["n"], 0);
}

#[test]
fn a_key_that_is_added_while_the_collector_runs_works() {
    let server = Server::start();
    let send =
        || server.send("POST", "/v1/batch", &[("authorization", "Bearer given")], batch(&[event("1")]).as_bytes());
    server.block_on(server.app().catalog().add_key("inventory", "given")).unwrap();
    assert_eq!(send().status, 200);
}

#[test]
fn guessing_keys_is_slowed_down_and_does_not_touch_those_who_have_one() {
    let mut limits = Limits::default();
    limits.key_lookups_per_second = 3;
    let server = Server::start_with(limits, ProjectMode::Open, None);
    assert_eq!(server.batch(batch(&[event("1")])).status, 200);
    let answers: Vec<u16> = (0..60)
        .map(|guess| {
            let authorization = format!("Bearer guess-{guess}");
            server.send("POST", "/v1/batch", &[("authorization", &authorization)], b"{}").status
        })
        .collect();
    assert!(answers.iter().all(|status| matches!(status, 401 | 503)), "{answers:?}");
    assert_eq!(server.batch(batch(&[event("2")])).status, 200);
}
