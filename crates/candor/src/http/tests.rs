//! Against real sockets that behave as servers, proxies and strangers do.

#![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

use std::{
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use candor_testkit::ForwardProxy;

use super::*;
use crate::variables::of;

/// Far more than any of these answers needs.
const PATIENCE: Duration = Duration::from_secs(60);
/// For those that never come.
const IMPATIENCE: Duration = Duration::from_millis(300);

/// Serves one connection, and returns the URL at which it does.
fn server(serve: impl FnOnce(TcpStream) -> io::Result<()> + Send + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // A client that closes first is not the server's failure.
    thread::spawn(move || listener.accept().and_then(|(stream, _)| serve(stream)));
    url
}

/// A server that writes these pieces one by one when it has read the head, and waits for the client to go.
fn answering(pieces: impl IntoIterator<Item = Vec<u8>> + Send + 'static) -> String {
    server(move |mut stream| {
        stream.set_nodelay(true)?;
        read_head(&mut stream)?;
        for piece in pieces {
            stream.write_all(&piece)?;
        }
        stream.shutdown(std::net::Shutdown::Write)?;
        io::copy(&mut stream, &mut io::sink()).map(drop)
    })
}

fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(head)
}

fn post_body(url: &str, body: &[u8], within: Duration, variables: &[(&str, &str)]) -> Result<Response, HttpError> {
    let url = Url::parse(url).unwrap();
    post(&Request { url: &url, headers: &[("X-Test", "1")], body }, within, &of(variables))
}

fn post_to(url: &str, within: Duration) -> Result<Response, HttpError> {
    post_body(url, b"{}", within, &[])
}

fn answered(bytes: &[u8]) -> Result<Response, HttpError> {
    post_to(&answering([bytes.to_vec()]), PATIENCE)
}

#[test]
fn an_answer_that_comes_byte_by_byte_is_read() {
    let answer = b"HTTP/1.1 503 Unavailable\r\nServer: x\r\nretry-AFTER: 120\r\nContent-Length: 2\r\n\r\nno";
    let response = post_to(&answering(answer.map(|byte| vec![byte])), PATIENCE).unwrap();
    assert_eq!((response.status, response.header("Retry-After")), (503, Some("120")));
    assert_eq!(response.header("retry"), None);
}

#[test]
fn the_body_of_an_answer_is_neither_read_nor_waited_for() {
    let response = answered(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{").unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(answered(b"HTTP/1.0 200\r\n\r\n").unwrap().status, 200);
}

#[test]
fn interim_answers_are_skipped() {
    let answer =
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\nHTTP/1.1 429 No\r\n\r\n";
    let response = answered(answer).unwrap();
    assert_eq!((response.status, response.header("retry-after")), (429, None));
}

#[test]
fn a_redirect_is_a_status_like_any_other() {
    let elsewhere = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let location = elsewhere.local_addr().unwrap();
    let response = answered(format!("HTTP/1.1 307 There\r\nLocation: http://{location}/\r\n\r\n").as_bytes()).unwrap();
    assert_eq!(response.status, 307);
    assert_nobody_came(&elsewhere);
}

#[test]
fn what_is_not_http_is_an_error() {
    let garbage: [&[u8]; 5] =
        [b"SSH-2.0-OpenSSH_9.2\r\n", b"\x15\x03\x03\x00\x02\x02\x46", b"<html>", b"HTTP/1.1 xxx\r\n\r\n", b"\0"];
    for bytes in garbage {
        assert!(matches!(answered(bytes), Err(HttpError::Malformed)), "{bytes:?}");
    }
}

#[test]
fn an_answer_that_ends_too_early_is_an_error() {
    for bytes in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nServer: x\r\n"] {
        assert!(matches!(answered(bytes.as_bytes()), Err(HttpError::Closed)), "{bytes:?}");
    }
}

#[test]
fn no_server_makes_the_tool_read_for_ever() {
    let start = || std::iter::once(b"HTTP/1.1 200 OK\r\n".to_vec());
    let endless_value = start().chain([b"X: ".to_vec()]).chain(std::iter::repeat_with(|| vec![b'x'; 1000]));
    let endless_headers = start().chain(std::iter::repeat_with(|| b"X: y\r\n".to_vec()));
    let endless_interim = std::iter::repeat_with(|| b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec());
    for url in [answering(endless_value), answering(endless_headers), answering(endless_interim)] {
        assert!(matches!(post_to(&url, PATIENCE), Err(HttpError::TooLarge)));
    }
}

#[test]
fn a_server_that_accepts_and_never_answers_is_left_at_the_deadline() {
    let url = server(|mut stream| io::copy(&mut stream, &mut io::sink()).map(drop));
    assert!(matches!(post_to(&url, IMPATIENCE), Err(HttpError::TimedOut)));
}

#[test]
fn the_deadline_is_for_all_of_it_and_not_for_each_byte() {
    let drip = std::iter::repeat_with(|| {
        thread::sleep(Duration::from_millis(20));
        vec![b'H']
    });
    let url = answering(std::iter::once(b"HTTP/1.1 200 OK\r\nX: ".to_vec()).chain(drip));
    assert!(matches!(post_to(&url, IMPATIENCE), Err(HttpError::TimedOut)));
}

#[test]
fn a_server_that_does_not_read_is_left_at_the_deadline() {
    let (gone, until_gone) = std::sync::mpsc::channel::<()>();
    let url = server(move |stream| {
        let _ = until_gone.recv();
        drop(stream);
        Ok(())
    });
    // More than the buffers of both sides hold.
    let refused = post_body(&url, &vec![b'x'; 64 * 1024 * 1024], IMPATIENCE, &[]);
    assert!(matches!(refused, Err(HttpError::TimedOut)), "{refused:?}");
    drop(gone);
}

#[test]
fn an_answer_that_comes_before_the_body_was_read_counts() {
    let url = server(|mut stream| {
        read_head(&mut stream)?;
        // Closed with bytes that nobody has read: the client's writing is cut off.
        stream.write_all(b"HTTP/1.1 413 Too Large\r\n\r\n")
    });
    assert_eq!(post_body(&url, &vec![b'x'; 64 * 1024 * 1024], PATIENCE, &[]).unwrap().status, 413);
}

#[test]
fn a_closed_port_and_a_name_that_does_not_exist_are_errors_that_name_the_host() {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let refused = post_to(&format!("http://127.0.0.1:{port}"), PATIENCE).unwrap_err();
    assert!(matches!(&refused, HttpError::Connect(host, _) if host == "127.0.0.1"), "{refused}");
    let unknown = post_to("http://nobody.invalid", PATIENCE).unwrap_err();
    assert!(matches!(&unknown, HttpError::Resolve(host, _) if host == "nobody.invalid"), "{unknown}");
}

#[test]
fn a_name_is_looked_up_and_each_of_its_addresses_tried() {
    // `localhost` may be ::1 first, where nobody listens.
    let url = answering([b"HTTP/1.1 200 OK\r\n\r\n".to_vec()]).replace("127.0.0.1", "localhost");
    assert_eq!(post_to(&url, PATIENCE).unwrap().status, 200);
}

#[test]
fn a_plain_request_goes_through_the_proxy_and_names_its_host() {
    let target = answering([b"HTTP/1.1 202 OK\r\n\r\n".to_vec()]);
    let proxy = ForwardProxy::to(target.strip_prefix("http://").unwrap());
    let variable = format!("http://user:pass%20word@{}", proxy.address());
    let response = post_body("http://collector.invalid/v1/batch", b"{}", PATIENCE, &[("http_proxy", &variable)]);
    assert_eq!(response.unwrap().status, 202);
    let head = proxy.heads().remove(0);
    assert!(head.starts_with("POST http://collector.invalid/v1/batch HTTP/1.1\nHost: collector.invalid\n"), "{head}");
    assert!(head.contains("\nProxy-Authorization: Basic dXNlcjpwYXNzIHdvcmQ=\n"), "{head}");
}

#[test]
fn a_proxy_that_wants_other_credentials_is_not_taken_for_the_collector() {
    let proxy = ForwardProxy::refusing("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    let refused = post_body("http://collector.invalid", b"{}", PATIENCE, &[("http_proxy", &proxy.address())]);
    assert!(matches!(refused, Err(HttpError::ProxyRefused(407))));
}

#[test]
fn a_proxy_that_is_dead_or_unusable_is_not_gone_around() {
    let collector = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", collector.local_addr().unwrap());
    let dead = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().to_string();
    for proxy in [dead.as_str(), "socks5://127.0.0.1:1080", "http://", "nobody.invalid:80"] {
        assert!(post_body(&url, b"{}", PATIENCE, &[("ALL_PROXY", proxy)]).is_err(), "{proxy}");
    }
    assert_nobody_came(&collector);
}

#[cfg(not(feature = "tls"))]
#[test]
fn without_the_feature_tls_https_is_an_error_and_nothing_is_connected_to() {
    let collector = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("https://{}", collector.local_addr().unwrap());
    assert!(matches!(post_to(&url, PATIENCE), Err(HttpError::NoTls)));
    let proxied = post_body(&url, b"{}", PATIENCE, &[("https_proxy", &collector.local_addr().unwrap().to_string())]);
    assert!(matches!(proxied, Err(HttpError::NoTls)));
    assert_nobody_came(&collector);
}

#[cfg(feature = "tls")]
#[test]
fn a_handshake_that_never_comes_is_left_at_the_deadline() {
    let url = server(|mut stream| io::copy(&mut stream, &mut io::sink()).map(drop)).replace("http:", "https:");
    let directory = tempfile::tempdir().unwrap();
    let authority = directory.path().join("authority.pem");
    std::fs::write(&authority, rcgen::generate_simple_self_signed(["any.invalid".to_owned()]).unwrap().cert.pem())
        .unwrap();
    let refused = post_body(&url, b"{}", IMPATIENCE, &[("SSL_CERT_FILE", authority.to_str().unwrap())]);
    assert!(matches!(refused, Err(HttpError::TimedOut)), "{refused:?}");
}

/// A connection that was made would be waiting to be accepted.
fn assert_nobody_came(listener: &TcpListener) {
    listener.set_nonblocking(true).unwrap();
    assert_eq!(listener.accept().map(|_| ()).map_err(|error| error.kind()), Err(io::ErrorKind::WouldBlock));
}
