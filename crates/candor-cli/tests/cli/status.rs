//! `candor status`, `off`, `on` and `log`: the tools of this computer. What they left here is written as tools write it; that
//! they do is tested with the SDK.

use std::fs;
use std::path::PathBuf;

use crate::candor::{Ended, Place};

/// A user's home in a place of its own, with two tools in it.
struct Home {
    place: Place,
}

impl Home {
    fn new() -> Self {
        let home = Self { place: Place::new() };
        home.tool("greeter", "1.4.0", "off");
        home.tool("inventory", "0.1.0", "on");
        home
    }

    /// What a tool of this consent default says of itself.
    fn tool(&self, name: &str, version: &str, consent: &str) {
        let text = format!(
            r#"{{"application":"{name}","version":"{version}","docs":"https://example.org/{name}","endpoint":"https://example.org","consent":"{consent}","flags":["--no-telemetry"],"variables":["NO_{}"],"identity":"none"}}"#,
            name.to_uppercase()
        );
        self.write(&format!("state/candor/{name}/tool.json"), &text);
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.place.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
        let home = |name: &str| self.place.path().join(name);
        let mut command = self.place.command();
        command.env("HOME", home("")).env("XDG_STATE_HOME", home("state")).env("XDG_CONFIG_HOME", home("config"));
        Ended::of(&command.args(arguments).envs(variables.iter().copied()).output().unwrap())
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, &[])
    }

    /// A screen without the path of the home.
    fn screen(&self, arguments: &[&str]) -> String {
        self.run(arguments).ok().replace(&self.place.path().display().to_string(), "HOME")
    }

    fn consent(&self) -> PathBuf {
        self.place.path().join("config/candor/consent.toml")
    }

    /// The level of each tool.
    fn levels(&self) -> Vec<(String, String)> {
        let status = self.run(&["status", "--json"]).json();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        status["tools"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tool| (text(&tool["application"]), text(&tool["level"])))
            .collect()
    }
}

const SENT: &str = r#"{"time":"TIME","url":"https://example.org/v1/batch","body":"{\"batch\":[{\"type\":\"track\",\"messageId\":\"1\",\"event\":\"fetch\",\"properties\":{\"count\":12}},{\"event\":\"queries\",\"properties\":{}}],\"sentAt\":\"t\"}"}
"#;

#[test]
fn every_tool_is_listed_with_who_decided_and_what_it_sent() {
    let home = Home::new();
    let now = jiff::Timestamp::now().to_string();
    home.write(
        "state/candor/inventory/sent.jsonl",
        &format!("{}{}", SENT.replace("TIME", "2020-01-01T00:00:00Z"), SENT.replace("TIME", &now)),
    );
    home.write(
        "state/candor/inventory/upload.json",
        r#"{"last_attempt":"2026-11-22T01:54:59Z","sent":13,"failures":0}"#,
    );
    home.write("config/candor/consent.toml", "[inventory]\nlevel = \"stats\"\n");
    home.write("state/candor/foreign/letter.txt", "Dear");
    home.write("state/candor/greeter/usage.jsonl", "torn\n");
    insta::assert_snapshot!(home.screen(&["status"]));
    let json = home.run(&["status", "--json"]).json();
    assert_eq!(json["tools"][1]["sent_30d"], serde_json::json!({"fetch": 12, "queries": 1}));
    assert_eq!(json["found"].as_array().unwrap().len(), 2, "{json}");
    let one = home.screen(&["status", "inventory"]);
    assert!(
        one.contains("\n  nothing  NO_INVENTORY\n") && one.ends_with("\nSent in 30 days\n  12 fetch, 1 queries\n"),
        "{one}"
    );
    assert_eq!(home.run(&["status", "inventory", "--json"]).json()["application"], "inventory");
}

#[test]
fn a_computer_without_tools_has_nothing_to_show_and_gets_no_file() {
    let home = Home { place: Place::new() };
    assert_eq!(home.run(&["status"]).ok(), "No tool of this computer has recorded anything yet.\n");
    assert_eq!(home.levels(), []);
    assert_eq!(fs::read_dir(home.place.path()).unwrap().count(), 0);
}

#[test]
fn what_the_user_has_in_the_environment_has_its_say() {
    let home = Home::new();
    home.write("config/candor/consent.toml", "[all]\nlevel = \"all\"\n");
    let status = home.run_with(&["status", "--json"], &[("NO_INVENTORY", "1")]).json();
    let decided = |at: usize| (status["tools"][at]["level"].to_string(), status["tools"][at]["decided_by"].to_string());
    assert_eq!(decided(0).0, "\"all\"");
    assert_eq!(decided(1), ("\"off\"".to_owned(), "\"NO_INVENTORY\"".to_owned()));
}

#[test]
fn one_switch_turns_all_tools_off_and_each_can_be_allowed_again() {
    let home = Home::new();
    home.write("config/candor/consent.toml", "# mine\n[inventory]\nlevel = \"all\" # yes\n");
    assert!(home.run(&["off", "--all"]).ok().contains("Lowered with it: inventory.\n"));
    let off = ["greeter", "inventory"].map(|name| (name.to_owned(), "off".to_owned()));
    assert_eq!(home.levels(), off);
    let text = fs::read_to_string(home.consent()).unwrap();
    assert!(text.starts_with("# mine\n[inventory]\nlevel = \"off\" # yes\n"), "{text}");

    assert!(home.run(&["on", "--all"]).ok().ends_with("But inventory stays off: you said so of this tool.\n"));
    assert_eq!(home.levels()[0].1, "stats");
    assert_eq!(home.run(&["on", "inventory", "--level", "errors", "--json"]).json()["level"], "errors");
    assert_eq!(home.levels()[1].1, "errors");
    home.run(&["off", "inventory", "--local"]).ok();
    assert_eq!(home.levels()[1].1, "local");
}

#[test]
fn a_choice_about_a_tool_that_is_not_known_yet_is_stored_and_said_to_be_one() {
    let home = Home::new();
    assert!(home.run(&["off", "later"]).ok().ends_with("No tool later has left anything here yet; it will obey.\n"));
    assert!(fs::read_to_string(home.consent()).unwrap().starts_with("[later]\nlevel = \"off\"\n"));
    assert!(home.run(&["off", "not a name"]).failed_with(1).contains("cannot be the name of a tool"));
    let line = home.run(&["log", "later"]).failed_with(1);
    assert_eq!(line, "no tool later has left anything here: there are greeter, inventory");
}

#[test]
fn a_broken_file_of_choices_is_refused_but_for_off() {
    let home = Home::new();
    home.write("config/candor/consent.toml", "[inventory\n");
    assert!(home.run(&["on", "--all"]).failed_with(1).contains("consent.toml: line 1: "));
    assert!(
        home.screen(&["status"]).contains("HOME/config/candor/consent.toml: line 1: a table name that does not end")
    );
    home.run(&["off", "--all"]).ok();
    assert_eq!(fs::read_to_string(home.consent().with_extension("toml.bak")).unwrap(), "[inventory\n");
    assert!(home.levels().iter().all(|(_, level)| level == "off"));
}

#[test]
fn the_log_of_a_tool_is_what_it_sent_to_the_byte() {
    let home = Home::new();
    home.write("state/candor/inventory/sent.jsonl", &SENT.replace("TIME", "2026-11-22T01:54:59Z"));
    let screen = home.run(&["log", "inventory"]).ok();
    assert!(screen.starts_with("2026-11-22 01:54 UTC  https://example.org/v1/batch\n{\"batch\":[{"), "{screen}");
    assert!(screen.ends_with("1 request sent: 12 fetch, 1 queries.\n"), "{screen}");
    let none = home.run(&["log", "inventory", "--since", "2026-11-23", "--json"]).json();
    assert_eq!(none["requests"], serde_json::json!([]));
    assert_eq!(home.run(&["log", "greeter"]).ok(), "Nothing was sent.\n");
}
