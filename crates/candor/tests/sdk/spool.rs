//! Many processes, and processes that die.

use std::{collections::HashSet, fs, process::Child, thread, time::Duration};

use candor_testkit::{FakeCollector, wait_until};

use crate::tool::{Tool, total};

#[test]
fn many_processes_at_once_lose_nothing() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let children: Vec<Child> = (0..32).map(|_| tool.command(&["event", "20"]).spawn().unwrap()).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let lines: HashSet<String> = tool.lines_on_disk().into_iter().collect();
    assert_eq!(lines.len(), 640);
    assert!(lines.iter().all(|line| line.starts_with(r#"{"type":"track","messageId":""#) && line.ends_with('}')));
}

#[test]
fn many_processes_that_count_at_once_lose_nothing_while_the_sums_are_taken_away() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let mut children: Vec<Child> = (0..32).map(|_| tool.command(&["count", "20000"]).spawn().unwrap()).collect();
    while children.iter_mut().any(|child| child.try_wait().unwrap().is_none()) {
        tool.waiting();
    }
    assert_eq!(total(&tool.waiting()), 640_000);
}

#[test]
fn many_processes_that_upload_meanwhile_lose_nothing_and_send_nothing_twice() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    let children: Vec<Child> = (0..32).map(|_| tool.command(&["event", "20"]).spawn().unwrap()).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    // Whoever was busy when the last record came has left it to the next one.
    wait_until("every record", || {
        tool.send();
        (collector.accepted_items().len() >= 640).then_some(())
    });
    let ids: Vec<String> = collector.accepted_items().iter().map(|item| item["messageId"].to_string()).collect();
    assert_eq!((ids.len(), ids.iter().collect::<HashSet<_>>().len()), (640, 640));
}

#[test]
fn a_kill_at_any_moment_leaves_only_whole_records_behind() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    for millis in 0..30 {
        let mut child = tool.command(&["event", "100000"]).spawn().unwrap();
        thread::sleep(Duration::from_millis(millis));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // A record glued behind a torn one, as after a full disk.
    let file = tool.home.state("fixture").join("usage.jsonl");
    tool.run(&["event", "1"]);
    let text = fs::read_to_string(&file).unwrap();
    let last = text.lines().last().unwrap();
    fs::write(&file, format!("{text}{}{last}", &last[..last.len() / 2]).replace(last, &last.replacen("-", "f", 1)))
        .unwrap();
    // A kill in the middle of a write may have torn others.
    let is_torn = |line: &&String| serde_json::from_str::<serde_json::Value>(line).is_err();
    let torn = tool.lines_on_disk().iter().filter(is_torn).count();
    let said = tool.send();
    let sent: usize = said.strip_prefix("sent ").unwrap().split(',').next().unwrap().parse().unwrap();
    let ids: HashSet<String> = collector.accepted_items().iter().map(|item| item["messageId"].to_string()).collect();
    assert!(sent > 0 && torn > 0 && said.ends_with(&format!("gave up {torn}")), "{said}, {torn} torn");
    assert!(ids.len() <= sent);
}

#[test]
fn the_spool_is_bounded_and_says_how_much_it_lost() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["event", "4000"]);
    let bytes: u64 =
        fs::read_dir(tool.home.state("fixture")).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    assert!(bytes <= 1024 * 1024 + 4096, "{bytes} bytes");
    tool.send();
    let (lost, kept): (Vec<_>, Vec<_>) =
        collector.accepted_items().into_iter().partition(|item| item["event"] == "candor_dropped");
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0]["properties"]["count"].as_u64().unwrap() + kept.len() as u64, 4000);
}
