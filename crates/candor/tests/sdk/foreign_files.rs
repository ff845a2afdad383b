//! Something else has the name of a file of ours: nobody waits for it, and nobody reads it to its end.

use std::{
    fs::{self, File},
    os::unix::{fs::symlink, net::UnixListener},
    path::Path,
    process::{Command, Output, Stdio},
};

use candor_testkit::{FakeCollector, wait_until};
use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::tool::{Tool, total};

/// What may lie in the place of a file.
const THINGS: [&str; 6] = ["pipe", "socket", "directory", "endless device", "full device", "ten gigabytes"];

fn put(thing: &str, path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let _ = fs::remove_file(path);
    match thing {
        "pipe" => mknodat(CWD, path, FileType::Fifo, Mode::RWXU, 0).unwrap(),
        // The name stays when the socket is closed.
        "socket" => drop(UnixListener::bind(path).unwrap()),
        "directory" => fs::create_dir(path).unwrap(),
        "endless device" => symlink("/dev/zero", path).unwrap(),
        "full device" => symlink("/dev/full", path).unwrap(),
        _ => File::create(path).unwrap().set_len(10_000_000_000).unwrap(),
    }
}

/// Waits no longer than any test does: a tool that waits for a pipe would never end.
fn output_of(command: &mut Command) -> Output {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until("the tool's end", || child.try_wait().unwrap());
    child.wait_with_output().unwrap()
}

fn runs_as_ever(tool: &Tool, place: &str) {
    for arguments in [["fetch", "ok"], ["event", "1"], ["fetch", "ok"]] {
        let output = output_of(tool.command(&arguments).arg("--identified"));
        assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{place}: {output:?}");
    }
    for arguments in [&["telemetry", "status"][..], &["telemetry", "preview"], &["telemetry", "log"], &["send"]] {
        let output = output_of(tool.command(arguments).arg("--identified"));
        assert!(output.status.code().is_some(), "{place}: {arguments:?} {output:?}");
    }
}

#[test]
fn nothing_in_the_place_of_a_file_of_the_state_directory_is_waited_for() {
    let collector = FakeCollector::start();
    for name in [
        "usage.sums",
        "usage.jsonl",
        "usage.000001.jsonl",
        "usage.000001.sums",
        "crashes.jsonl",
        "agreed",
        "dropped",
        "notice",
        "tool.json",
        "sent.jsonl",
        "upload.json",
        "upload.lock",
        "spool.lock",
    ] {
        for thing in THINGS {
            let tool = Tool::postponed(&collector);
            put(thing, &tool.home.state("fixture").join(name));
            runs_as_ever(&tool, &format!("{thing} as {name}"));
        }
    }
}

#[test]
fn nothing_in_the_place_of_the_identity_is_waited_for_and_status_says_what_follows() {
    let collector = FakeCollector::start();
    for thing in THINGS {
        let tool = Tool::postponed(&collector);
        put(thing, &tool.home.path().join("candor/.fixture/telemetry-random-id"));
        let status = output_of(&mut tool.command(&["telemetry", "status", "--identified"]));
        let status = String::from_utf8(status.stdout).unwrap();
        assert!(status.contains("telemetry-random-id: "), "{thing}: {status}");
        runs_as_ever(&tool, thing);
    }
}

#[test]
fn whatever_lies_in_the_place_of_the_consent_is_an_opt_out_and_status_says_why() {
    let collector = FakeCollector::start();
    for thing in THINGS {
        let tool = Tool::fresh(&collector);
        put(thing, &tool.home.path().join("config/candor/consent.toml"));
        runs_as_ever(&tool, thing);
        assert!(!tool.home.state("fixture").exists(), "{thing}: something was recorded");
        let status = output_of(&mut tool.command(&["telemetry", "status"]));
        let status = String::from_utf8(status.stdout).unwrap();
        let why = match thing {
            "directory" => "cannot be read: is a directory",
            "ten gigabytes" => "larger than 65536 bytes",
            _ => "no regular file",
        };
        assert!(status.contains(&format!("{why}; taken as an opt-out")), "{thing}: {status}");
    }
    assert!(collector.requests().is_empty());
}

#[test]
fn off_replaces_what_lies_there_and_leaves_alone_what_a_link_leads_to() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    let consent = tool.home.path().join("config/candor/consent.toml");
    let pipe = tool.home.path().join("somewhere/else/pipe");
    put("pipe", &pipe);
    put("pipe", &consent);
    assert_eq!(
        output_of(&mut tool.command(&["telemetry", "choose", "stats"])).status.code(),
        Some(1),
        "it does not say yes"
    );
    for _ in 0..2 {
        assert!(output_of(&mut tool.command(&["telemetry", "choose", "off"])).status.success());
        assert_eq!(fs::read_to_string(&consent).unwrap().lines().next(), Some("[all]"));
        fs::remove_file(&consent).unwrap();
        symlink(&pipe, &consent).unwrap();
    }
    assert!(fs::metadata(&pipe).is_ok_and(|pipe| !pipe.is_file()), "it is where it was");
    assert_eq!(fs::read_dir(pipe.parent().unwrap()).unwrap().count(), 1, "and nothing is beside it");
}

#[test]
fn what_cannot_be_kept_in_one_file_is_kept_in_the_other() {
    let collector = FakeCollector::start();
    for name in ["usage.sums", "usage.jsonl", "usage.000001.jsonl", "usage.000001.sums"] {
        for thing in THINGS {
            let tool = Tool::postponed(&collector);
            put(thing, &tool.home.state("fixture").join(name));
            output_of(&mut tool.command(&["fetch", "ok"]));
            assert_eq!(total(&tool.waiting()), 5, "{thing} as {name}");
        }
    }
}

#[test]
fn a_file_is_opened_in_one_place_of_the_sources() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut opening = Vec::new();
    let mut folders = vec![sources.clone()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            let opens = [" File::open(", "fs::File::open(", "fs::read(", "fs::read_to_string(", ".open("];
            let is_test = path.ends_with("tests.rs");
            if !is_test && opens.iter().any(|call| code.contains(call)) {
                opening.push(path.strip_prefix(&sources).unwrap().display().to_string());
            }
        }
    }
    opening.sort();
    // The log of an inspection may be a pipe; the identity's is a name that nobody has; a directory is locked.
    let known = ["delivery/log.rs", "identity/file.rs", "regular_file.rs", "user/consent_file.rs"];
    assert_eq!(opening, known, "open files by `regular_file`");
}
