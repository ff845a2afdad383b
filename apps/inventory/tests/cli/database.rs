//! Where the inventory is: flag, variable and file, SQLite and PostgreSQL.

use candor_testkit::Postgres;

use crate::tool::{Tool, stderr, stdout};

/// An inventory of a machine with two users of one id.
fn machine(tool: &Tool) {
    tool.write("machine/etc/passwd", "root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n");
    tool.write("machine/etc/group", "root:x:0:\n");
}

const FETCH: [&str; 5] = ["fetch", "--providers", "users", "--root", "machine"];

#[test]
fn an_inventory_in_postgresql_is_filled_and_checked_like_one_in_sqlite() {
    let server = Postgres::shared();
    let address = server.new_database();
    let tool = Tool::new();
    machine(&tool);
    let sql = "SELECT uid, string_agg(name, ', ') AS users FROM users GROUP BY uid HAVING count(*) > 1";
    tool.write("p.toml", &format!("[[rule]]\nname = \"ids\"\ntitle = \"t\"\nseverity = \"low\"\nsql = {sql:?}\n"));
    for database in ["sqlite:inventory.db", &address] {
        let text = stdout(&tool.run(&[&FETCH[..], &["--database", database]].concat()).success());
        assert!(text.contains("\n3 resources in "), "{text}");
        let answer = tool.json(&["policy", "run", "p.toml", "--database", database]);
        assert_eq!(answer["rules"][0]["rows"][0]["users"], "root, toor", "{answer}");
    }
    assert_eq!(server.sql(&address, "SELECT name, uid FROM inventory.users ORDER BY name"), "root|0\ntoor|0");
    assert_eq!(server.sql(&address, "SELECT row_count FROM inventory.fetches"), "3");
}

#[test]
fn the_whole_machine_goes_into_postgresql() {
    let server = Postgres::shared();
    let address = server.new_database();
    let tool = Tool::new();
    let answer = tool.json(&["fetch", "--database", &address]);
    for provider in answer["providers"].as_array().unwrap() {
        for (table, rows) in provider["tables"].as_object().unwrap() {
            assert_eq!(server.sql(&address, &format!("SELECT count(*) FROM inventory.{table}")), rows.to_string());
        }
    }
    assert_eq!(
        server.sql(&address, "SELECT count(*) FROM inventory.mounts WHERE target = '/' AND size_bytes > 0"),
        "1"
    );
}

#[test]
fn an_inventory_that_is_not_in_postgresql_is_missing() {
    let address = Postgres::shared().new_database();
    let assert = Tool::new().run(&["policy", "run", "--database", &address]).code(1).stdout("");
    let text = stderr(&assert);
    assert!(text.starts_with("error: there is no inventory at postgres://postgres@/test_"), "{text}");
    assert!(text.ends_with("; `inventory fetch` makes one\n"), "{text}");
}

#[test]
fn a_server_that_is_not_there_is_an_error_and_no_password_is_shown() {
    let tool = Tool::new();
    let assert = tool.run(&["fetch", "--database", "postgres://me:secret@127.0.0.1:1/assets"]).code(1).stdout("");
    let text = stderr(&assert);
    assert!(text.starts_with("error: cannot open the inventory postgres://me@127.0.0.1:1/assets: "), "{text}");
    assert!(!text.contains("secret") && text.lines().count() == 1, "{text}");
}

#[test]
fn the_flag_goes_before_the_variable_and_the_variable_before_the_file() {
    let tool = Tool::new();
    machine(&tool);
    let fetched = |arguments: &[&str], variable: Option<&str>| {
        let mut command = tool.command(&[&FETCH[..], arguments].concat());
        let output = command.envs(variable.map(|value| ("INVENTORY_DATABASE", value))).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        text.trim_end().rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!(fetched(&[], None), "inventory.db");
    tool.write("inventory.toml", "database = \"sqlite:file.db\"\n");
    assert_eq!(fetched(&[], None), "file.db");
    assert_eq!(fetched(&[], Some("variable.db")), "variable.db");
    assert_eq!(fetched(&["--database", "flag.db"], Some("variable.db")), "flag.db");
    tool.write("other.toml", "database = \"other.db\"\n");
    assert_eq!(fetched(&["--config", "other.toml"], None), "other.db");
}

#[test]
fn the_file_says_which_providers_are_asked_and_which_rules_are_checked() {
    let tool = Tool::new();
    tool.write("inventory.toml", "providers = [\"users\"]\npolicy = \"p.toml\"\n");
    tool.write(
        "p.toml",
        "[[rule]]\nname = \"mine\"\ntitle = \"t\"\nseverity = \"low\"\nsql = \"SELECT 1 WHERE 1 = 0\"\n",
    );
    let providers = |arguments: &[&str]| tool.json(&[&["fetch"], arguments].concat())["providers"][0]["name"].clone();
    assert_eq!(providers(&[]), "users");
    assert_eq!(providers(&["--providers", "mounts"]), "mounts");
    assert_eq!(tool.json(&["policy", "run"])["rules"][0]["name"], "mine");
}

#[test]
fn a_configuration_that_cannot_be_used_is_one_line_and_wrong_usage() {
    let tool = Tool::new();
    tool.write("a.toml", "providers = [\"userz\"]\n");
    tool.write("b.toml", "providers = []\ndatabase = \"postgres://me:secret@db/assets\n");
    tool.write("c.toml", "databse = \"x\"\n");
    for (file, message) in [
        ("a.toml", "error: there is no provider \"userz\"; `inventory providers list` shows them\n"),
        ("b.toml", "error: cannot understand the configuration b.toml, line 2: "),
        ("c.toml", "error: cannot understand the configuration c.toml, line 1: unknown field `databse`"),
        ("d.toml", "error: cannot read the configuration d.toml: No such file"),
    ] {
        let text = stderr(&tool.run(&["fetch", "--config", file]).code(2).stdout(""));
        assert!(text.starts_with(message), "{text}");
        assert!(text.lines().count() == 1 && !text.contains("secret"), "{text}");
    }
    let text = stderr(&tool.run(&["fetch", "--database", "mysql://me:secret@db/assets"]).code(2).stdout(""));
    assert!(text.starts_with("error: mysql: is no database that can hold an inventory"), "{text}");
    assert!(!text.contains("secret") && !tool.path("inventory.db").exists());
}
