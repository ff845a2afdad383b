//! How much a second.

use crate::server::{Answer, Server, batch, event};
use candor_server::{Limits, OriginOptions};
use std::time::Duration;

/// A collector behind a proxy on this machine, whose clients are told apart by `X-Forwarded-For`.
fn server(change: impl FnOnce(&mut Limits)) -> Server {
    let mut limits = Limits::default();
    // A burst of one second of the rate; nothing is saved up while the test runs that would matter.
    limits.rate_burst = Duration::from_secs(1);
    change(&mut limits);
    let mut origin = OriginOptions::default();
    origin.trusted_proxies = "127.0.0.0/8".parse().unwrap();
    Server::start_as(limits, origin)
}

fn from(server: &Server, address: &str, id: &str) -> Answer {
    server.batch_with(&[("x-forwarded-for", address)], batch(&[event(id)]))
}

/// Sends until it is refused, and gives the refusal.
fn refused(mut send: impl FnMut(usize) -> Answer) -> Answer {
    (0..10_000).map(&mut send).find(|answer| answer.status != 200).unwrap()
}

#[test]
fn an_address_that_sends_too_fast_is_told_when_to_come_back_and_others_are_not_held_up() {
    let server = server(|limits| limits.sender_requests_per_second = 3);
    let answer = refused(|n| from(&server, "192.0.2.1", &n.to_string()));
    assert_eq!((answer.status, answer.code().as_str()), (429, "rate_limited"));
    assert_eq!(answer.headers["retry-after"], "1");
    assert_eq!(answer.headers["x-sentry-rate-limits"], "1::organization", "all categories");
    assert_eq!(from(&server, "192.0.2.2", "other").status, 200);
    let networks = |answer: &Answer| answer.status;
    assert_eq!(
        networks(&refused(|n| from(&server, &format!("2001:db8:1:2::{n:x}"), &format!("v6 {n}")))),
        429,
        "a /64 is one"
    );
    assert_eq!(from(&server, "2001:db8:1:3::1", "another network").status, 200);
}

#[test]
fn a_key_that_is_too_fast_is_refused_before_its_body_is_read() {
    let server = server(|limits| limits.project_requests_per_second = 3);
    refused(|n| from(&server, &format!("192.0.2.{n}"), &n.to_string()));
    let head = format!(
        "POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\nexpect: 100-continue\r\ncontent-length: 1000\r\n\r\n",
        server.authorization()
    );
    // No `100 Continue` comes: nobody wants the body. The rate lets some through meanwhile.
    let answer = loop {
        let answer = server.raw(head.as_bytes());
        if answer.status != 100 {
            break answer;
        }
    };
    assert_eq!((answer.status, answer.code().as_str()), (429, "rate_limited"));
    assert!(server.outcome("rejected", "rate_limited") > 0, "it is counted");
    let path = format!("/api/1/envelope/?sentry_key={}", server.project.sentry_key);
    let answer = refused(|_| server.send("POST", &path, &[], b"{}\n"));
    assert_eq!((answer.status, answer.headers.contains_key("x-sentry-rate-limits")), (429, true), "{answer:?}");
}

#[test]
fn events_of_one_project_are_paid_for_by_its_own_requests() {
    let server = server(|limits| limits.project_events_per_second = 10);
    let other = server.create_project("other");
    let many: Vec<String> = (0..1_000).map(|n| event(&n.to_string())).collect();
    assert_eq!(server.batch(batch(&many)).status, 200, "what came is taken");
    let answer = from(&server, "192.0.2.1", "next");
    assert_eq!((answer.status, answer.code().as_str()), (429, "rate_limited"));
    assert_eq!(answer.headers["retry-after"], "1", "the debt is never more than a burst");
    let key = format!("Bearer {}", other.write_key);
    let answer = server.send("POST", "/v1/batch", &[("authorization", &key)], batch(&[event("1")]).as_bytes());
    assert_eq!(answer.status, 200, "another project is not held up");
}

#[test]
fn keys_in_bodies_and_wrong_keys_count_too() {
    let server = server(|limits| limits.sender_requests_per_second = 3);
    let with_key = format!(r#"{{"writeKey": "{}", "batch": []}}"#, server.project.write_key);
    let send =
        |address: &str, body: &str| server.send("POST", "/v1/batch", &[("x-forwarded-for", address)], body.as_bytes());
    assert_eq!(refused(|_| send("192.0.2.1", &with_key)).status, 429);
    let guessing = (0..10_000).map(|_| send("192.0.2.2", r#"{"writeKey": "guess", "batch": []}"#).status);
    assert_eq!(guessing.into_iter().find(|status| *status != 401), Some(429));
}
