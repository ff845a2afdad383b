//! `inventory policy run`: exit status and what is shown.

use crate::tool::{Tool, stderr, stdout};

/// An inventory of a machine with two users of one id.
fn tool_with_inventory() -> Tool {
    let tool = Tool::new();
    tool.write("machine/etc/passwd", "root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n");
    tool.write("machine/etc/group", "root:x:0:\n");
    tool.run(&["fetch", "--providers", "users", "--root", "machine"]).success();
    tool
}

fn rule(name: &str, sql: &str) -> String {
    format!("[[rule]]\nname = {name:?}\ntitle = \"Title of {name}\"\nseverity = \"high\"\nsql = {sql:?}\n")
}

const TWICE: &str = "SELECT uid, count(*) AS users FROM users GROUP BY uid HAVING count(*) > 1";
const NEVER: &str = "SELECT name FROM users WHERE uid < 0";

#[test]
fn a_policy_that_holds_gives_success() {
    let tool = tool_with_inventory();
    tool.write("p.toml", &rule("holds", NEVER));
    let assert = tool.run(&["policy", "run", "p.toml"]).success().stderr("");
    assert!(stdout(&assert).ends_with("\n1 rule checked, 0 violated\n"), "{}", stdout(&assert));
}

#[test]
fn a_violated_policy_gives_failure_and_shows_the_rows() {
    let tool = tool_with_inventory();
    tool.write("p.toml", &(rule("holds", NEVER) + &rule("twice", TWICE)));
    let assert = tool.run(&["policy", "run", "p.toml"]).code(1).stderr("");
    let text = stdout(&assert);
    assert!(text.contains("twice  high      1 violation  Title of twice\n"), "{text}");
    assert!(text.contains("\ntwice (high)\n  uid=0  users=2\n"), "{text}");
    assert!(text.ends_with("\n2 rules checked, 1 violated\n"), "{text}");
}

#[test]
fn with_warn_a_violation_is_shown_and_gives_success() {
    let tool = tool_with_inventory();
    tool.write("p.toml", &rule("twice", TWICE));
    let assert = tool.run(&["policy", "run", "p.toml", "--warn"]).success();
    assert!(stdout(&assert).contains("1 violation"));
}

#[test]
fn json_has_every_rule_with_its_rows() {
    let tool = tool_with_inventory();
    tool.write("p.toml", &(rule("holds", NEVER) + &rule("twice", TWICE)));
    let answer = tool.json(&["policy", "run", "p.toml"]);
    let rule = |name: &str, violations, rows| {
        serde_json::json!({"name": name, "title": format!("Title of {name}"), "severity": "high",
                           "violations": violations, "rows": rows})
    };
    let twice = serde_json::json!([{"uid": 0, "users": 2}]);
    let rules = [rule("holds", 0, serde_json::json!([])), rule("twice", 1, twice)];
    assert_eq!(answer, serde_json::json!({"violated": true, "rules": rules, "outdated": []}));
}

#[test]
fn many_violations_are_counted_and_the_first_are_shown() {
    let tool = tool_with_inventory();
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i FROM n";
    tool.write("p.toml", &rule("many", sql));
    let text = stdout(&tool.run(&["policy", "run", "p.toml"]).code(1));
    assert!(text.contains("  i=10\n  … and 2490 more\n") && !text.contains("i=11"), "{text}");
    let answer = tool.json(&["policy", "run", "p.toml"]);
    assert_eq!(answer["rules"][0]["violations"], 2500);
    assert_eq!(answer["rules"][0]["rows"].as_array().unwrap().len(), 1000);
}

#[test]
fn an_error_in_sql_names_the_rule_and_shows_no_result() {
    let tool = tool_with_inventory();
    tool.write("p.toml", &(rule("fine", NEVER) + &rule("broken", "SELECT nmae FROM users")));
    let assert = tool.run(&["policy", "run", "p.toml"]).code(1).stdout("");
    assert!(stderr(&assert).starts_with("error: the SQL of rule \"broken\" fails: no such column: nmae"));
}

#[test]
fn a_table_that_was_never_fetched_is_an_error_that_says_what_to_do() {
    let tool = tool_with_inventory();
    tool.write("p.toml", &rule("early", "SELECT * FROM packages"));
    let assert = tool.run(&["policy", "run", "p.toml"]).code(1).stdout("");
    assert!(stderr(&assert).contains("no such table: packages"), "{}", stderr(&assert));
    assert!(stderr(&assert).contains("`inventory fetch` fills the tables"), "{}", stderr(&assert));
}

#[test]
fn a_rule_cannot_change_the_inventory_or_reach_another_file() {
    let tool = tool_with_inventory();
    for sql in [
        "DELETE FROM users",
        "DELETE FROM users RETURNING name",
        "ATTACH 'inventory.db' AS other",
        "SELECT 1; DELETE FROM users",
        "",
    ] {
        tool.write("p.toml", &rule("mischief", sql));
        let assert = tool.run(&["policy", "run", "p.toml"]).code(1).stdout("");
        assert!(
            stderr(&assert).starts_with("error: the SQL of rule \"mischief\" fails: "),
            "{sql}: {}",
            stderr(&assert)
        );
    }
    assert_eq!(tool.value::<i64>("SELECT count(*) FROM users"), 2);
}

#[test]
fn a_file_that_is_no_policy_is_an_error_that_names_it() {
    let tool = tool_with_inventory();
    let assert = tool.run(&["policy", "run", "nowhere.toml"]).code(1).stdout("");
    assert!(stderr(&assert).starts_with("error: cannot read the policy nowhere.toml: No such file"));
    tool.write("p.toml", "[[rule]]\nname = 5\n");
    let assert = tool.run(&["policy", "run", "p.toml"]).code(1).stdout("");
    assert!(stderr(&assert).starts_with("error: cannot understand the policy p.toml: TOML parse error at line 2"));
}

#[test]
fn without_an_inventory_there_is_nothing_to_check() {
    let tool = Tool::new();
    let assert = tool.run(&["policy", "run"]).code(1).stdout("");
    assert_eq!(stderr(&assert), "error: there is no inventory at inventory.db; `inventory fetch` makes one\n");
    assert!(!tool.path("inventory.db").exists());
}

#[test]
fn the_baseline_can_be_checked_on_this_machine() {
    let tool = Tool::new();
    tool.run(&["fetch"]).success();
    let answer = tool.json(&["policy", "run", "--warn"]);
    assert!(answer["rules"].as_array().unwrap().len() >= 10);
    assert_eq!(answer["rules"][0]["name"], "unique-user-ids");
}
