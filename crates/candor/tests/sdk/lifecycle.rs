//! Servers: started, up, stopped.

use std::process::Stdio;

use candor_testkit::{FakeCollector, wait_until};

use crate::tool::Tool;

#[test]
fn a_server_says_that_it_started_that_it_is_up_and_that_it_stopped_while_it_runs() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    let mut server = tool.command(&["serve"]).stdin(Stdio::piped()).spawn().unwrap();
    // From its background thread: it has not ended yet.
    let items = collector.wait_for_items(2);
    let mut events: Vec<&str> = items.iter().map(|item| item["event"].as_str().unwrap()).collect();
    events.sort_unstable();
    assert_eq!(events, ["heartbeat", "started"]);
    let heartbeat = items.iter().find(|item| item["event"] == "heartbeat").unwrap();
    assert!(heartbeat["properties"]["duration_ms"].as_f64().unwrap() >= 49.0);
    assert_eq!(heartbeat["properties"]["parent"], "server");

    drop(server.stdin.take());
    assert!(server.wait().unwrap().success());
    // Where the server ended in the middle of its own upload, the next one brings the rest.
    let items = wait_until("the end", || {
        tool.send();
        Some(collector.accepted_items()).filter(|items| items.iter().any(|item| item["event"] == "stopped"))
    });
    let stopped = items.iter().find(|item| item["event"] == "stopped").unwrap();
    assert!(stopped["properties"]["duration_ms"].as_f64().unwrap() >= 49.0);
}
