//! Over TLS: to whom the records go, and to whom they do not.

use std::{fs, path::Path};

use candor_testkit::{FakeCollector, ForwardProxy, Reply};

use crate::{tls_server::TlsServer, tool::Tool};

const NAME: &str = "collector.invalid";

/// A tool with one record, and its collector behind this server.
fn tool(collector: &FakeCollector, endpoint: String) -> Tool {
    let mut tool = Tool::postponed(collector);
    tool.endpoint = endpoint;
    tool.run(&["count", "1"]);
    tool
}

/// Sends, trusting the authorities in this file alone.
fn send_trusting(tool: &Tool, authority: &Path, variables: &[(&str, &str)]) -> String {
    let mut command = tool.command(&["send"]);
    let output = command.env("SSL_CERT_FILE", authority).envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_collector_is_trusted_by_the_authority_that_the_user_names() {
    let collector = FakeCollector::start();
    let server = TlsServer::before(&collector, "127.0.0.1");
    let tool = tool(&collector, server.endpoint("127.0.0.1"));
    assert_eq!(send_trusting(&tool, &server.authority(), &[]), "sent 1, gave up 0");
    let request = collector.requests().remove(0);
    assert_eq!((request.path.as_str(), request.items().len()), ("/v1/batch", 1));
}

#[test]
fn a_directory_of_authorities_does_as_well() {
    let collector = FakeCollector::start();
    let server = TlsServer::before(&collector, "127.0.0.1");
    let tool = tool(&collector, server.endpoint("127.0.0.1"));
    let directory = server.authority().parent().unwrap().to_owned();
    let output = tool.command(&["send"]).env("SSL_CERT_DIR", directory).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "sent 1, gave up 0\n");
}

#[test]
fn a_stranger_is_sent_nothing() {
    let collector = FakeCollector::start();
    let server = TlsServer::before(&collector, "127.0.0.1");
    let other = TlsServer::before(&collector, "127.0.0.1");
    let misnamed = TlsServer::before(&collector, "somebody.invalid");
    let tool = tool(&collector, server.endpoint("127.0.0.1"));
    let unknown = "the collector is not available: TLS: invalid peer certificate: ";
    // The system does not know this authority, or none at all.
    let said = tool.send();
    assert!(said.starts_with("the collector is not available: TLS: "), "{said}");
    let said = send_trusting(&tool, &other.authority(), &[]);
    assert!(said.starts_with(unknown), "{said}");
    let elsewhere = Tool { endpoint: misnamed.endpoint("127.0.0.1"), ..tool };
    let said = send_trusting(&elsewhere, &misnamed.authority(), &[]);
    assert!(said.starts_with(&format!("{unknown}certificate not valid for name")), "{said}");
    assert!(collector.requests().is_empty());
    let endpoint = server.endpoint("127.0.0.1");
    assert_eq!(send_trusting(&Tool { endpoint, ..elsewhere }, &server.authority(), &[]), "sent 1, gave up 0");
}

#[test]
fn an_authority_that_cannot_be_read_does_not_fall_back_to_the_systems() {
    let collector = FakeCollector::start();
    let server = TlsServer::before(&collector, "127.0.0.1");
    let tool = tool(&collector, server.endpoint("127.0.0.1"));
    let empty = tool.home.path().join("empty.pem");
    fs::write(&empty, "").unwrap();
    for file in [empty.as_path(), Path::new("/nowhere/authority.pem")] {
        let said = send_trusting(&tool, file, &[]);
        assert!(said.starts_with("the collector is not available: TLS: no certificate authority to trust"), "{said}");
    }
    assert!(collector.requests().is_empty());
}

#[test]
fn a_proxy_lets_tls_through_and_sees_nothing_but_the_name() {
    let collector = FakeCollector::start();
    let server = TlsServer::before(&collector, NAME);
    let proxy = ForwardProxy::to(&server.address());
    let tool = tool(&collector, format!("https://{NAME}"));
    let variable = format!("http://me:secret@{}/", proxy.address());
    assert_eq!(send_trusting(&tool, &server.authority(), &[("HTTPS_PROXY", &variable)]), "sent 1, gave up 0");
    let head = proxy.heads().remove(0);
    assert!(head.starts_with(&format!("CONNECT {NAME}:443 HTTP/1.1\nHost: {NAME}:443\n")), "{head}");
    assert!(head.contains("\nProxy-Authorization: Basic bWU6c2VjcmV0"), "{head}");
    assert!(!head.to_ascii_lowercase().contains("\nauthorization:"), "{head}");
    assert_eq!(collector.requests()[0].header("proxy-authorization"), None);
}

#[test]
fn the_way_to_the_proxy_may_be_encrypted_too() {
    let collector = FakeCollector::start();
    let server = TlsServer::before(&collector, NAME);
    let proxy = ForwardProxy::to(&server.address());
    let secure = TlsServer::start(proxy.address(), "127.0.0.1");
    let tool = tool(&collector, format!("https://{NAME}"));
    let both = tool.home.path().join("both.pem");
    fs::write(&both, [server.authority(), secure.authority()].map(|file| fs::read_to_string(file).unwrap()).concat())
        .unwrap();
    assert_eq!(send_trusting(&tool, &both, &[("https_proxy", &secure.endpoint("127.0.0.1"))]), "sent 1, gave up 0");
    assert!(proxy.heads()[0].starts_with("CONNECT "));
}

#[test]
fn a_proxy_that_refuses_is_not_gone_around() {
    let collector = FakeCollector::start();
    let server = TlsServer::before(&collector, "127.0.0.1");
    let tool = tool(&collector, server.endpoint("127.0.0.1"));
    for (answer, status) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", 407),
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nnot there", 403),
    ] {
        let proxy = ForwardProxy::refusing(answer);
        let said = send_trusting(&tool, &server.authority(), &[("HTTPS_PROXY", &proxy.address())]);
        assert_eq!(said, format!("the collector is not available: the proxy refused with status {status}"));
    }
    let dead = FakeCollector::refusing_endpoint();
    let said = send_trusting(&tool, &server.authority(), &[("HTTPS_PROXY", &dead)]);
    assert!(said.starts_with("the collector is not available: no connection to 127.0.0.1"), "{said}");
    assert!(collector.requests().is_empty());
}

#[test]
fn a_redirect_into_the_clear_is_refused_and_nothing_is_sent_again() {
    let elsewhere = FakeCollector::start();
    for status in [301, 302, 307, 308] {
        let collector = FakeCollector::answering([Reply::WithHeader(status, "location", elsewhere.endpoint())]);
        let server = TlsServer::before(&collector, "127.0.0.1");
        let tool = tool(&collector, server.endpoint("127.0.0.1"));
        let said = send_trusting(&tool, &server.authority(), &[]);
        assert_eq!(said, format!("the collector refused with status {status}"));
        assert_eq!(collector.requests().len(), 1);
    }
    assert!(elsewhere.requests().is_empty());
}
