//! `POST /cli/execute`

use serde_json::json;

use crate::server::{Server, home};

fn collected() -> (candor_testkit::Home, Server) {
    let home = home();
    let server = Server::start(&home, &[]);
    server.run_job("collect");
    (home, server)
}

#[test]
fn resources_are_listed_and_counted() {
    let (_home, server) = collected();
    assert_eq!(server.rows("list users | count"), [json!({"count": 2})]);
    assert_eq!(server.rows("list user | columns name uid | limit 1"), [json!({"name": "root", "uid": 0})]);
    assert_eq!(server.rows("list users | count shell"), [json!({"shell": "/bin/sh", "count": 2})]);
}

#[test]
fn a_search_finds_what_fulfils_all_conditions() {
    let (_home, server) = collected();
    assert_eq!(server.rows("search kind=mount read_only=yes | columns target"), [json!({"target": "/tmp"})]);
    assert_eq!(server.rows("search kind=mount type=ext4 size>1 | columns target"), [json!({"target": "/"})]);
    assert_eq!(server.rows("search kind=mount size>1000T | count"), [json!({"count": 0})]);
}

#[test]
fn columns_are_given_in_their_order() {
    let (_home, server) = collected();
    let answer = server.execute("list users | columns uid name").json();
    assert_eq!(answer["columns"], json!(["uid", "name"]));
}

#[test]
fn what_is_asked_for_as_text_is_a_table() {
    let (_home, server) = collected();
    let line = "list users | sort name --descending | columns name uid";
    let answer = server.post_with("/cli/execute", line, &[("accept", "text/plain")]);
    assert_eq!(answer.body, "NAME  UID\ntoor  0\nroot  0\n");
}

#[test]
fn kinds_providers_and_policies_are_told_before_and_after_they_are_used() {
    let home = home();
    let server = Server::start(&home, &[]);
    let users = |server: &Server| server.rows("kinds").into_iter().find(|row| row["kind"] == "users").unwrap();
    let provider =
        |server: &Server| server.rows("providers").into_iter().find(|row| row["provider"] == "users").unwrap();
    assert_eq!(users(&server)["resources"], json!(null));
    assert_eq!(provider(&server)["collected_at"], json!(null));
    server.run_job("collect");
    assert_eq!(users(&server)["resources"], 2);
    assert_eq!((&provider(&server)["resources"], &provider(&server)["version"]), (&json!(3), &json!("1.0.0")));
    let policies = server.rows("policies");
    assert!(policies.len() >= 10 && policies[0]["rule"] == "unique-user-ids", "{policies:?}");
    assert_eq!(policies[0]["violations"], json!(null));
}

#[test]
fn help_lists_every_command_and_explains_one() {
    let home = home();
    let server = Server::start(&home, &[]);
    let commands: Vec<String> = server
        .rows("help")
        .iter()
        .map(|row| row["command"].as_str().unwrap().split(' ').next().unwrap().into())
        .collect();
    for name in
        ["list", "search", "kinds", "providers", "policies", "jobs", "run", "help", "count", "sort", "limit", "columns"]
    {
        assert!(commands.iter().any(|command| command == name), "{name}: {commands:?}");
    }
    let explained = server.rows("help sort");
    assert_eq!(explained[0]["takes"], "sort [OPTIONS] <COLUMN>");
    assert!(
        explained.iter().any(|row| row["takes"] == "--descending" && row["about"] == "Largest first"),
        "{explained:?}"
    );
}

#[test]
fn what_makes_no_sense_is_a_clear_400() {
    let home = home();
    let server = Server::start(&home, &[]);
    for (line, code, message) in [
        ("lst users", "unknown_command", "there is no command \"lst\"; `help` lists them"),
        ("list users | cuont", "unknown_command", "there is no command \"cuont\"; `help` lists them"),
        ("", "invalid_command", "a command is missing; `help` lists them"),
        ("list 'users", "invalid_command", "a quote is not closed"),
        ("list disks", "invalid_command", "there is no kind \"disks\"; `kinds` lists them"),
        (
            "count",
            "invalid_command",
            "\"count\" needs rows: put a command and a | before it, such as: list processes | count",
        ),
        (
            "list users | list users",
            "invalid_command",
            "\"list\" takes no rows: it must be the first command of a line",
        ),
        ("help lst", "invalid_command", "there is no command \"lst\"; `help` lists them"),
    ] {
        let answer = server.execute(line);
        assert_eq!((answer.status, answer.json()), (400, json!({"code": code, "message": message})), "{line}");
    }
    let answer = server.execute("limit x");
    assert_eq!(answer.refused(), (400, "invalid_command".to_owned()));
}

#[test]
fn a_kind_that_was_never_collected_is_not_an_empty_one() {
    let (_home, server) = collected();
    let answer = server.execute("list packages");
    assert_eq!(answer.refused(), (404, "not_collected".to_owned()));
    assert!(answer.body.contains("run collect"), "{}", answer.body);
}

#[test]
fn a_body_that_is_no_line_is_refused() {
    let home = home();
    let server = Server::start(&home, &[]);
    assert_eq!(server.execute(&"x".repeat(20_000)).refused(), (413, "body_too_large".to_owned()));
    assert_eq!(server.get("/cli/execute").refused(), (405, "method_not_allowed".to_owned()));
    assert_eq!(server.get("/nothing").refused(), (404, "not_found".to_owned()));
}
