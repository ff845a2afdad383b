//! The dashboard as a browser sees it.

use crate::server::{Answer, Server, batch, event};
use candor_server::Scope;

fn cookie(answer: &Answer) -> String {
    answer.headers["set-cookie"].split(';').next().unwrap().to_owned()
}

fn login(server: &Server, token: &str) -> Answer {
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    server.send("POST", "/login", &headers, format!("token={token}").as_bytes())
}

#[test]
fn a_token_signs_a_browser_in_and_out() {
    let server = Server::start();
    assert_eq!(server.batch(batch(&[event("1")])).status, 200);
    let answer = login(&server, &server.project.token);
    assert_eq!((answer.status, answer.headers["location"].as_str()), (303, "/projects/inventory"));
    assert!(answer.headers["set-cookie"].contains("HttpOnly; SameSite=Strict"), "{answer:?}");
    assert!(!answer.headers["set-cookie"].contains(&server.project.token), "the cookie is not the token");
    let session = cookie(&answer);
    let headers = [("cookie", session.as_str())];
    let page = server.send("GET", "/projects/inventory?since=7d", &headers, b"");
    assert!(page.status == 200 && page.body.contains("inventory"), "{page:?}");
    assert!(page.headers["content-security-policy"].starts_with("default-src 'none'"));
    assert!(page.headers["content-security-policy"].contains("frame-ancestors 'none'"));
    assert_eq!(page.headers["x-content-type-options"], "nosniff");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(server.send("GET", "/", &headers, b"").body.contains("/projects/inventory"));

    assert_eq!(server.send("POST", "/logout", &headers, b"").status, 303);
    let page = server.send("GET", "/projects/inventory", &headers, b"");
    assert_eq!((page.status, page.headers["location"].as_str()), (303, "/"));
}

#[test]
fn who_is_not_signed_in_sees_the_way_in_and_nothing_else() {
    let server = Server::start();
    let home = server.send("GET", "/", &[], b"");
    assert!(home.status == 200 && home.body.contains("/login") && !home.body.contains("inventory"), "{home:?}");
    for headers in [&[][..], &[("cookie", "candor_session=")], &[("cookie", "candor_session=0123")]] {
        assert_eq!(server.send("GET", "/projects/inventory", headers, b"").status, 303);
    }
    let answer = login(&server, "wrong");
    assert_eq!(answer.status, 401);
    assert!(!answer.headers.contains_key("set-cookie"));
    assert_eq!(server.send("GET", "/assets/candor.css", &[], b"").headers["content-type"], "text/css; charset=utf-8");
}

#[test]
fn a_form_of_another_site_is_refused() {
    let server = Server::start();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
    let body = format!("token={}", server.project.token);
    assert_eq!(server.send("POST", "/login", &headers, body.as_bytes()).code(), "foreign_form");
    assert_eq!(server.send("POST", "/logout", &headers, b"").code(), "foreign_form");
}

#[test]
fn a_sign_in_link_works_once_and_shows_everything() {
    let server = Server::start();
    server.create_project("other");
    let path = server.app().signin_path(Scope::Everything).unwrap();
    let answer = server.send("GET", &path, &[], b"");
    assert_eq!((answer.status, answer.headers["location"].as_str()), (303, "/"));
    let session = cookie(&answer);
    let home = server.send("GET", "/", &[("cookie", &session)], b"");
    assert!(home.body.contains("/projects/inventory") && home.body.contains("/projects/other"), "{home:?}");
    assert_eq!(server.send("GET", &path, &[], b"").status, 401);
    assert_eq!(server.send("GET", "/signin/0123", &[], b"").status, 401);
}

#[test]
fn a_session_of_one_project_does_not_see_another() {
    let server = Server::start();
    server.create_project("other");
    let session = cookie(&login(&server, &server.project.token));
    let headers = [("cookie", session.as_str())];
    assert!(!server.send("GET", "/", &headers, b"").body.contains("/projects/other"));
    assert_eq!(server.send("GET", "/projects/other", &headers, b"").status, 404);
    assert_eq!(server.send("GET", "/projects/nothing", &headers, b"").status, 404);
}
