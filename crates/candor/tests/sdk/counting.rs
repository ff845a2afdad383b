//! The first record of a day says that the tool is in use, by itself.
//!
//! Where these tests run in a container or in CI there are three in the place of one: a cell of each period.

use std::{fs, process::Stdio, time::Duration};

use candor_testkit::FakeCollector;
use serde_json::Value;

use crate::tool::{STATED, Tool};

fn actives(items: &[Value]) -> Vec<&Value> {
    items.iter().filter(|item| item["context"]["candor"]["kind"] == "active").collect()
}

/// Whether these are the records of one day: one with flags, or one for each of three periods.
fn are_of_one_day(actives: &[&Value]) -> bool {
    let says = |word: &str| actives.iter().filter(|item| !item["properties"][word].is_null()).count();
    match actives.len() {
        1 => says("weeks") == 1,
        3 => ["day_cell", "week_cell", "month_cell"].iter().all(|word| says(word) == 1),
        _ => false,
    }
}

#[test]
fn the_first_record_of_a_day_brings_what_counts_it_and_shares_nothing_with_others() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    for _ in 0..3 {
        tool.run(&["--counting", "fetch", "ok"]);
        tool.run(&["--counting", "count", "10"]);
    }
    tool.run(&["--counting", "send"]);
    let requests = collector.requests();
    let of_actives: Vec<_> = requests.iter().filter(|request| !actives(&request.items()).is_empty()).collect();
    assert_eq!(of_actives.len(), 1);
    let of_the_day = of_actives[0].items();
    assert!(are_of_one_day(&of_the_day.iter().collect::<Vec<_>>()), "alone in their request: {}", of_actives[0].body);
    let item = &of_the_day[0];
    assert_eq!((&item["anonymousId"], &item["event"]), (&"anonymous".into(), &"active".into()));
    assert!(item["timestamp"].as_str().unwrap().ends_with("T00:00:00.000Z"));
    let mut context: Vec<&String> = item["context"].as_object().unwrap().keys().collect();
    context.sort();
    assert_eq!(context, ["app", "candor", "ci", "os"]);
    assert_eq!(item["context"]["app"].as_object().unwrap().keys().collect::<Vec<_>>(), ["version"]);
    assert!(item["context"]["os"]["version"].is_null());
    let others: Vec<Value> =
        requests.iter().flat_map(|request| request.items()).filter(|other| !of_the_day.contains(other)).collect();
    let id = others[0]["anonymousId"].as_str().unwrap();
    assert!(id.len() == 36 && others.iter().all(|other| other["anonymousId"] == id), "these are identified");
    assert!(others.iter().all(|other| other["messageId"] != item["messageId"]));
    assert!(!item.to_string().contains(id));
    tool.run(&["--counting", "fetch", "ok"]);
    tool.run(&["--counting", "send"]);
    assert_eq!(collector.accepted_actives().len(), of_the_day.len(), "the day was counted");
}

#[test]
fn nobody_is_counted_who_did_not_agree_to_it_or_whose_manifest_does_not_say_so() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.run(&["fetch", "ok"]);
    assert!(actives(&tool.waiting()).is_empty(), "not declared");
    tool.home.store_consent("[fixture]\nlevel = \"errors\"\n");
    tool.run(&["--counting", "fetch", "ok"]);
    tool.home.store_consent("[fixture]\nlevel = \"off\"\n");
    tool.run(&["--counting", "fetch", "ok"]);
    for file in ["usage.active", "local.active"] {
        assert!(!tool.home.state("fixture").join(file).exists(), "{file}");
    }
    tool.home.store_consent("[fixture]\nlevel = \"local\"\n");
    tool.run(&["--counting", "fetch", "ok"]);
    assert!(are_of_one_day(&actives(&tool.local())), "recorded, and it stays");
    tool.home.store_consent(STATED);
    tool.run(&["--counting", "fetch", "ok"]);
    tool.run(&["--counting", "send"]);
    assert!(are_of_one_day(&actives(&collector.accepted_actives())), "who says yes is counted from then on");
}

#[test]
fn processes_that_are_killed_at_any_moment_count_a_day_once() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    for wait in 0..40 {
        let mut child = tool.command(&["--counting", "fetch", "ok"]).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(wait * 250));
        child.kill().unwrap();
        child.wait().unwrap();
        if wait % 7 == 0 {
            let mut sender = tool.command(&["--counting", "waiting"]).stdout(Stdio::null()).spawn().unwrap();
            std::thread::sleep(Duration::from_micros(wait * 250));
            sender.kill().unwrap();
            sender.wait().unwrap();
        }
    }
    tool.run(&["--counting", "fetch", "ok"]);
    tool.run(&["--counting", "send"]);
    assert!(are_of_one_day(&actives(&collector.accepted_actives())));
}

#[test]
fn many_processes_at_once_count_a_day_once() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let children: Vec<_> =
        (0..16).map(|_| tool.command(&["--counting", "fetch", "ok"]).stdout(Stdio::null()).spawn().unwrap()).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    tool.run(&["--counting", "send"]);
    assert!(are_of_one_day(&actives(&collector.accepted_actives())));
}

#[test]
fn a_retry_repeats_the_ids_of_the_records() {
    use candor_testkit::Reply;
    let collector = FakeCollector::answering([Reply::Status(503)]);
    let tool = Tool::postponed(&collector);
    tool.run(&["--counting", "fetch", "ok"]);
    tool.run(&["--counting", "send"]);
    tool.run(&["--counting", "send"]);
    let requests = collector.requests();
    let ids: Vec<Value> = requests
        .iter()
        .flat_map(|request| actives(&request.items()).iter().map(|item| item["messageId"].clone()).collect::<Vec<_>>())
        .collect();
    let (refused, taken) = ids.split_at(ids.len() / 2);
    assert!(!taken.is_empty());
    assert_eq!(refused, taken);
}

#[test]
fn a_clock_from_before_the_release_counts_nothing_and_hurts_nothing() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    assert!(tool.run(&["--ahead", "fetch", "ok"]).status.success());
    assert!(!tool.home.state("fixture").join("usage.active").exists());
}

#[test]
fn a_directory_in_the_place_of_the_file_is_no_reason_to_complain() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    fs::create_dir_all(tool.home.state("fixture").join("usage.active/inside")).unwrap();
    let output = tool.run(&["--counting", "fetch", "ok"]);
    assert!(output.status.success() && output.stderr.is_empty());
    assert!(!tool.waiting().is_empty(), "what is used is recorded all the same");
}
