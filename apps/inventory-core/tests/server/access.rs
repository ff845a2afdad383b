//! Who may ask.

use crate::server::{Server, command, home, write};

#[test]
fn with_a_token_nothing_but_health_is_told_without_it() {
    let home = home();
    write(&home, "token", "s3cret\n");
    let server = Server::start(&home, &["--token-file", "token"]);
    let right = [("authorization", "Bearer s3cret")];
    assert_eq!(server.get_with("/jobs", &right).status, 200);
    assert_eq!(server.get("/healthz").status, 200);
    for headers in [&[][..], &[("authorization", "Bearer s3cre")], &[("authorization", "Basic s3cret")]] {
        assert_eq!(server.get_with("/jobs", headers).refused(), (401, "invalid_token".to_owned()), "{headers:?}");
        assert_eq!(server.post_with("/jobs/collect/run", "", headers).status, 401);
        assert_eq!(server.post_with("/cli/execute", "jobs", headers).status, 401);
        assert_eq!(server.get_with("/nothing", headers).status, 401);
    }
}

#[test]
fn without_a_token_no_page_of_another_site_can_ask() {
    let home = home();
    let server = Server::start(&home, &[]);
    let page = [("origin", "https://page.example")];
    assert_eq!(server.post_with("/jobs/collect/run", "", &page).refused(), (403, "foreign_site".to_owned()));
    assert_eq!(server.get_with("/jobs", &[("host", "rebound.example")]).refused(), (403, "foreign_site".to_owned()));
    assert_eq!(server.get("/jobs").json()["jobs"][1]["last"], serde_json::Value::Null);
}

#[test]
fn without_a_token_the_server_listens_to_this_computer_only() {
    let home = home();
    let output = command(&home, &[]).args(["--listen", "0.0.0.0:0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("error: 0.0.0.0:0 can be reached from other computers"), "{text}");
    assert!(text.contains("--token-file") && text.lines().count() == 1, "{text}");
}
