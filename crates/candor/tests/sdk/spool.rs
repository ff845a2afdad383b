//! Many processes, and processes that die.

use std::{
    collections::{HashSet, VecDeque},
    fs,
    io::Read as _,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

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

/// Starts processes 32 at a time, kills every fourth at some moment, and takes the sums away meanwhile. Returns how many
/// counts the processes were told of, and how many processes were killed.
fn count_in_processes(tool: &Tool, processes: usize) -> (u64, u64) {
    let (mut told, mut killed) = (0, 0);
    let mut running: VecDeque<Child> = VecDeque::new();
    let mut end = |mut child: Child| {
        let mut heard = Vec::new();
        child.stdout.take().unwrap().read_to_end(&mut heard).unwrap();
        told += heard.len() as u64;
        killed += u64::from(!child.wait().unwrap().success());
    };
    for number in 0..processes {
        let mut child = tool.command(&["count-aloud", "20"]).stdout(Stdio::piped()).spawn().unwrap();
        if number.is_multiple_of(4) {
            thread::sleep(Duration::from_micros((number as u64).wrapping_mul(2_654_435_761) % 4000));
            // It may be through already.
            let _ = child.kill();
        }
        running.push_back(child);
        if number.is_multiple_of(500) {
            tool.waiting();
        }
        if running.len() == 32 {
            end(running.pop_front().unwrap());
        }
    }
    running.into_iter().for_each(end);
    (told, killed)
}

#[test]
fn what_a_process_was_told_to_be_counted_is_counted_once_whoever_is_killed() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let (told, killed) = count_in_processes(&tool, 10_000);
    let counted = total(&tool.waiting());
    // How many depends on the machine.
    assert!(killed > 0, "{killed} killed");
    // Each of the killed may have counted once more than it could say.
    assert!((told..=told + killed).contains(&counted), "{told} told, {counted} counted, {killed} killed");
    assert_eq!(tool.send(), format!("sent {counted}, gave up 0"), "no file is damaged");
}
