//! The ways to the collector: direct, through a proxy, and none.

use std::process::Stdio;

use candor_testkit::{FakeCollector, ForwardProxy, wait_until};

use crate::tool::Tool;

/// `HOST:PORT` of a collector.
fn address(collector: &FakeCollector) -> String {
    collector.endpoint().replace("http://", "")
}

/// Sends with these variables set, and returns what `send` said.
fn send_with(tool: &Tool, variables: &[(&str, &str)]) -> String {
    let output = tool.command(&["send"]).envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn the_users_proxy_is_used_by_the_helper_too() {
    let collector = FakeCollector::start();
    let proxy = ForwardProxy::to(&address(&collector));
    let mut tool = Tool::agreed(&collector);
    tool.endpoint = "http://collector.invalid:8080".to_owned();
    tool.command(&["count", "1"]).env("http_proxy", format!("me:secret@{}", proxy.address())).output().unwrap();
    collector.wait_for_items(1);
    let head = &proxy.heads()[0];
    assert!(head.starts_with("POST http://collector.invalid:8080/v1/batch HTTP/1.1\nHost: collector.invalid:8080\n"));
    assert!(head.contains("\nProxy-Authorization: Basic bWU6c2VjcmV0"), "{head}");
    let arrived = &collector.requests()[0];
    assert_eq!((arrived.path.as_str(), arrived.header("proxy-authorization")), ("/v1/batch", None));
}

#[test]
fn no_proxy_names_the_collectors_that_are_reached_without() {
    let collector = FakeCollector::start();
    let proxy = ForwardProxy::to(&address(&collector));
    let tool = Tool::postponed(&collector);
    tool.run(&["count", "1"]);
    let variables = [("HTTP_PROXY", proxy.address()), ("NO_PROXY", "example.org, 127.0.0.0/8".to_owned())];
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(send_with(&tool, &variables), "sent 1, gave up 0");
    assert!(proxy.heads().is_empty());
    tool.postpone();
    tool.run(&["count", "1"]);
    assert_eq!(send_with(&tool, &variables[..1]), "sent 1, gave up 0");
    assert_eq!(proxy.heads().len(), 1, "and without the exception, a proxy is for this machine too");
}

#[test]
fn a_proxy_that_does_not_work_is_not_gone_around_and_nothing_is_lost() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["count", "1"]);
    let dead = FakeCollector::refusing_endpoint();
    for (proxy, problem) in [
        (dead.as_str(), "no connection to 127.0.0.1: "),
        ("socks5://127.0.0.1:1080", "ALL_PROXY names a SOCKS proxy, which is not supported"),
        ("http://:80", "ALL_PROXY names no valid host"),
    ] {
        let said = send_with(&tool, &[("ALL_PROXY", proxy)]);
        assert!(said.starts_with(&format!("the collector is not available: {problem}")), "{said}");
    }
    assert!(collector.requests().is_empty());
    assert_eq!(tool.send(), "sent 1, gave up 0");
}

#[test]
fn why_it_did_not_work_is_kept_until_it_does() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["count", "1"]);
    let schedule = || tool.home.lines("fixture", "upload.json").concat();
    send_with(&tool, &[("HTTP_PROXY", "http://me:secret@:1")]);
    let kept = schedule();
    assert!(kept.contains(r#""problem":"the collector is not available: HTTP_PROXY names no valid host""#), "{kept}");
    assert!(!kept.contains("secret"));
    tool.send();
    assert!(!schedule().contains("problem"));
}

#[cfg(not(feature = "tls"))]
#[test]
fn an_https_collector_and_a_tool_without_tls_is_an_error_that_says_so() {
    let collector = FakeCollector::start();
    let mut tool = Tool::postponed(&collector);
    tool.run(&["count", "1"]);
    tool.endpoint = collector.endpoint().replace("http:", "https:");
    let problem = "an https address, and this tool was built without the feature `tls`";
    assert_eq!(tool.send(), format!("the collector is not available: {problem}"));
    assert!(tool.home.lines("fixture", "upload.json").concat().contains(problem));
    tool.endpoint = collector.endpoint();
    assert_eq!(tool.send(), "sent 1, gave up 0", "the record has stayed on the disk");
}

#[test]
fn a_server_process_waits_for_no_collector_when_it_ends() {
    let collector = FakeCollector::answering([candor_testkit::Reply::Never]);
    let tool = Tool::agreed(&collector);
    let mut server = tool.command(&["serve"]).stdin(Stdio::piped()).spawn().unwrap();
    wait_until("a client that waits", || (collector.waiting_clients() == 1).then_some(()));
    drop(server.stdin.take());
    assert!(server.wait().unwrap().success());
}
