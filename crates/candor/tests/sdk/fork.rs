//! A tool may become two processes, or another program, at any moment.

use candor_testkit::{FakeCollector, wait_until};
use serde_json::Value;

use crate::tool::{Tool, total};

/// How often this was counted.
fn count(items: &[Value], name: &str) -> u64 {
    total(&items.iter().filter(|item| item["event"] == name).cloned().collect::<Vec<_>>())
}

#[test]
fn a_tool_that_forks_counts_in_both_processes_and_nothing_twice() {
    let tool = Tool::postponed(&FakeCollector::start());
    assert!(tool.run(&["fork"]).status.success());
    let waiting = tool.waiting();
    assert_eq!((count(&waiting, "queries"), count(&waiting, "fetch")), (2001, 2));
}

#[test]
fn a_child_waits_for_no_thread_of_its_parent_and_whatever_each_of_them_records_is_there_once() {
    let tool = Tool::postponed(&FakeCollector::start());
    let output = tool.run(&["--rotating", "fork-among-threads"]);
    assert!(output.status.success(), "a child has waited in vain: {output:?}");
    let rounds: u64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    let waiting = tool.waiting();
    let counted = ["queries", "fetch", "collect", "processes"].map(|name| count(&waiting, name));
    assert_eq!(counted, [rounds; 4]);
}

#[test]
fn what_is_under_way_in_a_process_that_forks_ends_once() {
    for who_ends in ["both", "child"] {
        let tool = Tool::postponed(&FakeCollector::start());
        assert!(tool.run(&["--server", "fork-under-way", who_ends]).status.success());
        let waiting = wait_until("the end", || {
            let waiting = tool.waiting();
            (count(&waiting, "stopped") > 0).then_some(waiting)
        });
        assert_eq!(["started", "stopped", "fetch"].map(|name| count(&waiting, name)), [1; 3], "{who_ends}");
        let run = waiting.iter().find(|item| item["event"] == "fetch").unwrap();
        assert_eq!(run["properties"]["outcome"], "ok");
    }
}

#[test]
fn what_a_child_has_taken_over_without_its_knowledge_keeps_nobody_from_reading_what_waits() {
    let tool = Tool::postponed(&FakeCollector::start());
    let output = tool.run(&["fork-and-read"]);
    assert!(output.status.success(), "it has waited in vain: {output:?}");
    assert!(!output.stdout.is_empty());
}

#[test]
fn a_tool_that_becomes_another_program_loses_nothing_that_it_recorded() {
    let tool = Tool::postponed(&FakeCollector::start());
    assert!(tool.run(&["exec"]).status.success());
    assert_eq!(total(&tool.waiting()), 1001);
}
