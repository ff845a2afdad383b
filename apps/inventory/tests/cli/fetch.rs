//! `inventory fetch`: what is in the database is what the machine says.

use std::{
    fs,
    net::{TcpListener, UdpSocket},
    os::unix::fs::PermissionsExt,
    process::Stdio,
};

use rusqlite::Connection;

use crate::tool::{Tool, stderr, stdout};

#[test]
fn a_running_process_is_found_with_its_parent_and_command_line() {
    let tool = Tool::new();
    let mut sleeper = std::process::Command::new("sleep").args(["1000", "0.125"]).spawn().unwrap();
    tool.run(&["fetch", "--providers", "processes"]).success();
    let row = format!("FROM processes WHERE pid = {}", sleeper.id());
    assert_eq!(tool.value::<i64>(&format!("SELECT parent_pid {row}")), i64::from(std::process::id()));
    assert_eq!(tool.value::<String>(&format!("SELECT name {row}")), "sleep");
    assert_eq!(tool.value::<String>(&format!("SELECT command_line {row}")), "sleep 1000 0.125");
    let executable = fs::read_link(format!("/proc/{}/exe", sleeper.id())).unwrap();
    assert_eq!(tool.value::<String>(&format!("SELECT executable {row}")), executable.to_str().unwrap());
    assert!(tool.value::<i64>(&format!("SELECT resident_bytes {row}")) > 0);
    sleeper.kill().unwrap();
    sleeper.wait().unwrap();
}

#[test]
fn there_is_a_row_for_every_mount_of_the_kernel() {
    let tool = Tool::new();
    tool.run(&["fetch", "--providers", "mounts"]).success();
    let lines = fs::read_to_string("/proc/self/mounts").unwrap().lines().count();
    assert_eq!(tool.value::<i64>("SELECT count(*) FROM mounts"), i64::try_from(lines).unwrap());
    assert!(tool.value::<bool>("SELECT count(*) > 0 FROM mounts WHERE target = '/proc' AND type = 'proc'"));
}

#[test]
fn users_and_packages_are_those_of_the_machine() {
    let tool = Tool::new();
    tool.run(&["fetch", "--providers", "users,packages"]).success();
    let passwd = fs::read_to_string("/etc/passwd").unwrap();
    assert_eq!(tool.value::<i64>("SELECT count(*) FROM users"), i64::try_from(passwd.lines().count()).unwrap());
    assert_eq!(tool.value::<String>("SELECT name FROM users WHERE uid = 0"), "root");
    let status = fs::read_to_string("/var/lib/dpkg/status").unwrap_or_default();
    let installed = status.lines().filter(|line| *line == "Status: install ok installed").count();
    let found: i64 = tool.value("SELECT count(*) FROM packages WHERE manager = 'dpkg' AND status = 'installed'");
    assert_eq!(found, i64::try_from(installed).unwrap());
}

#[test]
fn a_listening_socket_is_found_with_its_process_and_a_connected_one_is_not() {
    let tool = Tool::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let bound = UdpSocket::bind("0.0.0.0:0").unwrap();
    let connected = UdpSocket::bind("127.0.0.1:0").unwrap();
    connected.connect("127.0.0.1:9").unwrap();
    tool.run(&["fetch", "--providers", "sockets"]).success();

    let row = |protocol: &str, port: u16| format!("FROM sockets WHERE protocol = '{protocol}' AND port = {port}");
    let tcp = row("tcp", listener.local_addr().unwrap().port());
    assert_eq!(tool.value::<String>(&format!("SELECT address {tcp}")), "127.0.0.1");
    assert!(tool.value::<bool>(&format!("SELECT loopback {tcp}")));
    assert_eq!(tool.value::<i64>(&format!("SELECT pid {tcp}")), i64::from(std::process::id()));
    let udp = row("udp", bound.local_addr().unwrap().port());
    assert!(!tool.value::<bool>(&format!("SELECT loopback {udp}")));
    let other = row("udp", connected.local_addr().unwrap().port());
    assert_eq!(tool.value::<i64>(&format!("SELECT count(*) {other}")), 0);
}

#[test]
fn every_table_that_is_listed_exists_with_its_columns_and_types() {
    let tool = Tool::new();
    tool.run(&["fetch"]).success();
    let database = Connection::open(tool.path("inventory.db")).unwrap();
    for provider in tool.json(&["providers", "list"])["providers"].as_array().unwrap() {
        for table in provider["tables"].as_array().unwrap() {
            let mut statement = database.prepare("SELECT name, type, \"notnull\" FROM pragma_table_info(?1)").unwrap();
            let rows = statement.query_map([table["name"].as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
            let found: Vec<(String, String, bool)> = rows.unwrap().map(Result::unwrap).collect();
            let listed = table["columns"].as_array().unwrap().iter().map(|column| {
                let kind = if column["type"] == "text" { "TEXT" } else { "INTEGER" };
                (column["name"].as_str().unwrap().into(), kind.into(), column["optional"] == false)
            });
            assert_eq!(found, listed.collect::<Vec<_>>(), "{}", table["name"]);
        }
    }
}

#[test]
fn a_second_fetch_replaces_rows_and_leaves_other_tables_alone() {
    let tool = Tool::new();
    tool.run(&["fetch", "--providers", "users,mounts"]).success();
    let users: i64 = tool.value("SELECT count(*) FROM users");
    let database = Connection::open(tool.path("inventory.db")).unwrap();
    database.execute("DELETE FROM mounts", []).unwrap();
    tool.run(&["fetch", "--providers", "users"]).success();
    assert_eq!(tool.value::<i64>("SELECT count(*) FROM users"), users);
    assert_eq!(tool.value::<i64>("SELECT count(*) FROM mounts"), 0);
}

#[test]
fn a_provider_that_cannot_read_its_source_fails_and_the_others_go_on() {
    let tool = Tool::new();
    tool.write("machine/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
    tool.write("machine/etc/group", "root:x:0:\nwheel:x:10:root\n");
    let assert = tool.run(&["fetch", "--providers", "users,mounts", "--root", "machine"]).code(1);
    assert!(stderr(&assert).contains("warning: provider mounts: cannot read machine/proc/1/mounts: No such file"));
    assert!(stderr(&assert).ends_with("error: 1 of 2 providers failed\n"));
    assert!(stdout(&assert).contains("4 resources in inventory.db"), "{}", stdout(&assert));
    assert_eq!(tool.value::<String>("SELECT user_name FROM group_members WHERE group_name = 'wheel'"), "root");
    assert_eq!(tool.value::<String>("SELECT error_class FROM fetches WHERE provider = 'mounts'"), "source_missing");
}

#[test]
fn what_a_failed_provider_found_before_stays_and_is_known_to_be_old() {
    let tool = Tool::new();
    tool.run(&["fetch", "--providers", "users"]).success();
    let users: i64 = tool.value("SELECT count(*) FROM users");
    tool.write("machine/etc/passwd", "broken\n");
    let assert = tool.run(&["fetch", "--providers", "users", "--root", "machine"]).code(1);
    assert!(stderr(&assert).contains("machine/etc/passwd, line 1: 1 fields instead of 7"), "{}", stderr(&assert));
    assert_eq!(tool.value::<i64>("SELECT count(*) FROM users"), users);
    assert!(tool.value::<bool>("SELECT succeeded_at IS NOT NULL AND error_class = 'source_malformed' FROM fetches"));
    let assert = tool.run(&["policy", "run", "--warn", tool.write("p.toml", ONE_RULE).to_str().unwrap()]).success();
    assert!(stderr(&assert).contains("the last fetch of provider users failed"), "{}", stderr(&assert));
}

const ONE_RULE: &str = "[[rule]]\nname = \"a\"\ntitle = \"t\"\nseverity = \"low\"\nsql = \"SELECT 1 WHERE 0\"\n";

#[test]
fn json_tells_outcome_rows_and_reason_of_every_provider() {
    let tool = Tool::new();
    tool.write("machine/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
    tool.write("machine/etc/group", "root:x:0:\n");
    let answer = tool.json(&["fetch", "--providers", "mounts,users", "--root", "machine"]);
    assert_eq!(answer["resources"], 2);
    let [mounts, users] = answer["providers"].as_array().unwrap().as_slice() else { panic!("two providers: {answer}") };
    assert_eq!((&mounts["name"], &mounts["outcome"]), (&"mounts".into(), &"error".into()));
    assert_eq!(mounts["error_class"], "source_missing");
    assert_eq!(users["tables"], serde_json::json!({"users": 1, "groups": 1, "group_members": 0}));
    assert!(users.get("error").is_none());
}

#[test]
fn a_root_that_is_not_there_is_an_error_and_not_an_empty_machine() {
    let tool = Tool::new();
    let assert = tool.run(&["fetch", "--providers", "packages", "--root", "nowhere"]).code(1).stdout("");
    assert_eq!(stderr(&assert), "error: cannot read nowhere: No such file or directory (os error 2)\n");
    assert!(!tool.path("inventory.db").exists());
}

#[test]
fn only_the_owner_can_read_the_inventory() {
    let tool = Tool::new();
    tool.run(&["fetch", "--providers", "users"]).success();
    assert_eq!(fs::metadata(tool.path("inventory.db")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_database_of_another_program_is_refused_and_not_touched() {
    let tool = Tool::new();
    let database = Connection::open(tool.path("other.db")).unwrap();
    database.execute_batch("CREATE TABLE users (name TEXT); INSERT INTO users VALUES ('precious')").unwrap();
    let before = fs::read(tool.path("other.db")).unwrap();
    let assert = tool.run(&["fetch", "--db", "other.db"]).code(1).stdout("");
    assert_eq!(
        stderr(&assert),
        "error: other.db is a database, but no inventory; choose another one with --database\n"
    );
    assert_eq!(fs::read(tool.path("other.db")).unwrap(), before);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_not_touched() {
    let tool = Tool::new();
    let text = "This is a letter, and it is longer than the header of a database. ".repeat(10);
    let path = tool.write("letter.txt", &text);
    let assert = tool.run(&["fetch", "--db", "letter.txt"]).code(1).stdout("");
    assert!(stderr(&assert).contains("letter.txt: file is not a database"), "{}", stderr(&assert));
    assert_eq!(fs::read_to_string(path).unwrap(), text);
}

#[test]
fn fetches_of_several_processes_at_once_all_succeed() {
    let tool = Tool::new();
    let start =
        |_| tool.command(&["fetch", "--providers", "users,mounts,modules"]).stdout(Stdio::null()).spawn().unwrap();
    let children: Vec<_> = (0..6).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let passwd = fs::read_to_string("/etc/passwd").unwrap();
    assert_eq!(tool.value::<i64>("SELECT count(*) FROM users"), i64::try_from(passwd.lines().count()).unwrap());
}

#[test]
fn a_provider_that_does_not_exist_is_wrong_usage_and_the_answer_names_those_that_do() {
    let tool = Tool::new();
    let assert = tool.run(&["fetch", "--providers", "userz"]).code(2).stdout("");
    assert!(stderr(&assert).contains("'userz'") && stderr(&assert).contains("users"), "{}", stderr(&assert));
}
