//! `telemetry on`, `off`, `local`.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::fs::symlink,
    path::PathBuf,
    process::Stdio,
    thread,
    time::Duration,
};

use candor_testkit::FakeCollector;

use super::{json, say};
use crate::tool::{Tool, total};

fn consent(tool: &Tool) -> PathBuf {
    tool.home.path().join("config/candor/consent.toml")
}

fn level(tool: &Tool) -> String {
    json(tool, &["status"])["level"].as_str().unwrap().to_owned()
}

#[test]
fn a_choice_is_stored_with_its_time_and_holds_for_this_tool_alone() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    for chosen in ["stats", "off", "local", "errors", "all"] {
        let answer = json(&tool, &["choose", chosen]);
        assert_eq!((&answer["chosen"], &answer["level"]), (&chosen.into(), &chosen.into()), "{answer}");
        assert_eq!(level(&tool), chosen);
    }
    let text = fs::read_to_string(consent(&tool)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), lines[0], lines[1]), (3, "[fixture]", "level = \"all\""));
    let since = lines[2].strip_prefix("since = \"20").unwrap();
    assert!(since.ends_with("Z\""), "{text}");
}

#[test]
fn turning_it_off_makes_nothing_but_the_choice_and_nothing_more_is_sent() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    assert!(say(&tool, &["choose", "off"]).starts_with("Telemetry of fixture is off; "));
    let only_the_choice = ["config", "config/candor", "config/candor/consent.toml"].map(PathBuf::from);
    assert_eq!(tool.home.files(), only_the_choice);
    tool.run(&["fetch", "ok"]);
    assert_eq!(tool.home.files(), only_the_choice, "and nothing is recorded");
}

/// A collector that lets the user change their mind when the first request has arrived, and answers then. Returns how many
/// requests came.
fn change_of_mind(tool: &mut Tool, level: &str) -> usize {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    tool.endpoint = format!("http://{}", listener.local_addr().unwrap());
    let mut upload = tool.command(&["send"]).stdout(Stdio::piped()).spawn().unwrap();
    let answer = |mut stream: TcpStream| {
        let mut read = Vec::new();
        while !read.windows(4).any(|window| window == b"\r\n\r\n") {
            let mut some = [0; 4096];
            let count = stream.read(&mut some).unwrap();
            read.extend(&some[..count]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
        // What comes of the body is taken, so that nothing resets the answer.
        let _ = stream.read_to_end(&mut read);
    };
    let (first, _) = listener.accept().unwrap();
    say(tool, &["choose", level]);
    answer(first);
    listener.set_nonblocking(true).unwrap();
    let mut requests = 1;
    loop {
        let has_ended = upload.try_wait().unwrap().is_some();
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false).unwrap();
                requests += 1;
                answer(stream);
            }
            Err(_) if has_ended => return requests,
            Err(_) => thread::sleep(Duration::from_millis(1)),
        }
    }
}

#[test]
fn turning_it_off_or_lower_while_an_upload_is_under_way_stops_it_before_its_next_request() {
    let collector = FakeCollector::start();
    for (level, is_stopped) in [("all", false), ("off", true), ("errors", true), ("local", true)] {
        let mut tool = Tool::fresh(&collector);
        say(&tool, &["choose", "all"]);
        tool.postpone();
        tool.run(&["event", "1200"]);
        let requests = change_of_mind(&mut tool, level);
        assert_eq!(requests == 1, is_stopped, "{level}: {requests}");
        let sent = json(&tool, &["log"])["requests"].as_array().unwrap().len();
        assert_eq!(sent, requests, "what had been accepted is in the log");
    }
}

#[test]
fn turning_it_on_again_never_reaches_back() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    say(&tool, &["choose", "stats"]);
    tool.postpone();
    tool.run(&["count", "2"]);
    say(&tool, &["choose", "off"]);
    assert_eq!(say(&tool, &["send"]), format!("error: nothing is sent at level off ({})\n", consent(&tool).display()));
    say(&tool, &["choose", "stats"]);
    tool.run(&["count", "1"]);
    assert_eq!(tool.send(), "sent 1, gave up 0");
    assert_eq!(total(&tool.local()), 2);
}

#[test]
fn the_same_choice_again_holds_nothing_back() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    say(&tool, &["choose", "stats"]);
    tool.postpone();
    tool.run(&["count", "2"]);
    let before = fs::read_to_string(consent(&tool)).unwrap();
    say(&tool, &["choose", "stats"]);
    assert_eq!(fs::read_to_string(consent(&tool)).unwrap(), before);
    assert_eq!(tool.send(), "sent 2, gave up 0");
}

#[test]
fn turning_it_on_stands_for_the_notice_and_for_what_a_release_newly_collects() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    say(&tool, &["choose", "stats"]);
    assert_eq!(level(&tool), "stats");
    assert_eq!(json(&tool, &["status", "--next"])["level"], "local", "it collects more than was chosen");
    say(&tool, &["choose", "stats", "--next"]);
    assert_eq!(json(&tool, &["status", "--next"])["level"], "stats");
}

#[test]
fn a_source_that_lowers_still_holds_and_the_answer_says_so() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    let output = tool.command(&["telemetry", "choose", "all"]).env("DO_NOT_TRACK", "1").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.ends_with("But DO_NOT_TRACK says off, and that holds.\n"), "{text}");
}

#[test]
fn what_else_is_in_the_file_stays_also_where_the_file_is_a_link() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    let text = "# my choices\n[all]\nlevel = \"off\" # everywhere\n\n[other]\nlevel = \"local\"\n";
    tool.home.store_consent("");
    let file = tool.home.path().join("dotfiles.toml");
    fs::write(&file, text).unwrap();
    fs::remove_file(consent(&tool)).unwrap();
    symlink(&file, consent(&tool)).unwrap();
    say(&tool, &["choose", "stats", "none"]);
    let after = fs::read_to_string(&file).unwrap();
    assert!(after.starts_with(text) && after.ends_with("identity = \"none\"\n"), "{after}");
    assert!(fs::symlink_metadata(consent(&tool)).unwrap().is_symlink());
    assert_eq!(json(&tool, &["status", "--identified"])["identity"]["mode"], "none");
    say(&tool, &["choose", "stats", "declared"]);
    assert_eq!(json(&tool, &["status", "--identified"])["identity"]["mode"], "installation");
}

#[test]
fn a_file_that_cannot_be_understood_is_replaced_by_off_alone_and_put_aside() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    let broken = "[fixture]\nlevel = \"stats\"\n[all\n";
    tool.home.store_consent(broken);
    for chosen in ["stats", "local"] {
        let refused = say(&tool, &["choose", chosen]);
        assert!(refused.starts_with("error: ") && refused.contains("consent.toml: line 3: "), "{refused}");
        assert_eq!(fs::read_to_string(consent(&tool)).unwrap(), broken);
    }
    let answer = say(&tool, &["choose", "off"]);
    assert!(answer.contains("is off") && answer.contains("consent.toml.bak."), "{answer}");
    assert_eq!(fs::read_to_string(consent(&tool).with_extension("toml.bak")).unwrap(), broken);
    let text = fs::read_to_string(consent(&tool)).unwrap();
    assert!(text.starts_with("[all]\nlevel = \"off\"\n"), "it opted out of every tool, and does so still: {text}");

    // A directory of its name, and an older copy beside it.
    fs::remove_file(consent(&tool)).unwrap();
    fs::create_dir(consent(&tool)).unwrap();
    say(&tool, &["choose", "off"]);
    assert_eq!(level(&tool), "off");
    assert!(consent(&tool).with_extension("toml.bak2").is_dir());
    assert_eq!(fs::read_to_string(consent(&tool).with_extension("toml.bak")).unwrap(), broken);
}

#[test]
fn where_no_choice_can_be_stored_the_user_is_told_what_else_opts_out() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    fs::write(tool.home.path().join("config"), "").unwrap();
    let answer = say(&tool, &["choose", "off"]);
    assert!(answer.starts_with("error: ") && answer.ends_with("; DO_NOT_TRACK=1 opts out\n"), "{answer}");
    let mut command = tool.command(&["telemetry", "choose", "off"]);
    let output = command.env_remove("XDG_CONFIG_HOME").env_remove("HOME").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn many_who_choose_at_once_leave_a_whole_file_and_lose_no_other_choice() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    tool.home.store_consent("[other]\nlevel = \"errors\"\n");
    let (tool, levels) = (&tool, ["stats", "off", "local", "errors", "all"]);
    thread::scope(|scope| {
        for number in 0..20 {
            scope.spawn(move || say(tool, &["choose", levels[number % levels.len()]]));
        }
    });
    let text = fs::read_to_string(consent(tool)).unwrap();
    assert!(text.starts_with("[other]\nlevel = \"errors\"\n\n[fixture]\nlevel = \""), "{text}");
    assert!(levels.contains(&level(tool).as_str()));
    let beside = fs::read_dir(consent(tool).parent().unwrap()).unwrap().count();
    assert_eq!(beside, 1, "no temporary file and no lock is left");
}
