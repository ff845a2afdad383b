//! Flags, variables and the file.

use std::process::Command;

use serde_json::{Value, json};

use crate::server::{command, home, write};

fn printed(command: &mut Command) -> Value {
    let output = command.arg("--print-config").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_flag_goes_before_the_variable_and_the_variable_before_the_file() {
    let home = home();
    write(&home, "core.toml", "database = \"file.db\"\nlisten = \"127.0.0.1:1\"\n");
    let mut command = home.command(env!("CARGO_BIN_EXE_inventory-core"));
    command.args(["--config", "core.toml"]);
    let settings = printed(&mut command);
    assert_eq!((&settings["database"], &settings["listen"]), (&json!("file.db"), &json!("127.0.0.1:1")));
    command.env("INVENTORY_DATABASE", "postgres://me:secret@db/assets").env("INVENTORY_CORE_LISTEN", "127.0.0.1:2");
    let output = command.output().unwrap();
    let settings: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&settings["database"], &settings["listen"]),
        (&json!("postgres://me@db/assets"), &json!("127.0.0.1:2"))
    );
    command.args(["--database", "sqlite:flag.db"]);
    let settings: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    assert_eq!(settings["database"], "flag.db");
}

#[test]
fn without_jobs_in_the_file_there_are_the_usual_ones() {
    let home = home();
    write(&home, "core.toml", "");
    let settings = printed(&mut command(&home, &[]));
    let jobs = json!({"check": {"run": "check", "every": "1h"}, "collect": {"run": "collect", "every": "1h", "providers": []},
                      "prune": {"run": "prune", "every": "1d", "keep": "30d"}});
    assert_eq!(settings["job"], jobs);
    assert!(!home.path().join("inventory.db").exists(), "nothing is made by looking");
}

#[test]
fn a_configuration_that_cannot_be_used_is_one_line_and_wrong_usage() {
    let home = home();
    write(&home, "empty", "\n");
    for (text, message) in [
        ("databse = \"x\"\n", "error: cannot understand the configuration core.toml, line 1: unknown field `databse`"),
        ("database = \"postgres://me:secret@db\n", "error: cannot understand the configuration core.toml, line 1: "),
        ("database = \"mysql://me:secret@db\"\n", "error: mysql: is no database that can hold an inventory"),
        ("policy = \"nowhere.toml\"\n", "error: cannot read the policy nowhere.toml: No such file"),
        ("[job.Collect]\nrun = \"collect\"\n", "error: a job is called \"Collect\""),
        (
            "[job.a]\nrun = \"collect\"\nevery = \"often\"\n",
            "error: cannot understand the configuration core.toml, line 3: ",
        ),
        (
            "[job.a]\nrun = \"clean\"\n",
            "error: cannot understand the configuration core.toml, line 2: unknown variant `clean`",
        ),
        (
            "[job.a]\nrun = \"check\"\nkeep = \"1d\"\n",
            "error: the job \"a\" has \"keep\", which says nothing for what it runs",
        ),
        ("[job.a]\nrun = \"collect\"\nproviders = [\"userz\"]\n", "error: the job \"a\" asks the provider \"userz\""),
        ("token_file = \"empty\"\n", "error: there is no token in empty"),
        ("token_file = \"nowhere\"\n", "error: cannot read the token nowhere: No such file"),
    ] {
        write(&home, "core.toml", text);
        let output = command(&home, &["--print-config"]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}: {said}");
        assert!(said.starts_with(message) && said.lines().count() == 1 && !said.contains("secret"), "{text}: {said}");
    }
}

#[test]
fn wrong_usage_and_a_server_that_cannot_start_have_exit_statuses_of_their_own() {
    let home = home();
    assert_eq!(command(&home, &["--nonsense"]).output().unwrap().status.code(), Some(2));
    let output = command(&home, &["--database", "sqlite:nowhere/inventory.db"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "error: cannot open nowhere/inventory.db for writing: No such file or directory (os error 2)\n");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = command(&home, &[]).args(["--listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with(&format!("error: cannot listen on {address}: ")), "{said}");
}

#[test]
fn help_teaches_by_examples() {
    let home = home();
    let text = String::from_utf8(command(&home, &["--help"]).output().unwrap().stdout).unwrap();
    for wanted in ["--analytics-opt-out", "/cli/execute", "[job.collect]", "Exit status"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(!text.contains("--heartbeats"));
}

/// What the compose file sets is understood by the binary, and the opt-out is one.
#[test]
fn the_compose_file_fits_the_server() {
    let text = include_str!("../../docker-compose.yaml");
    let line = |key: &str| text.lines().find_map(|line| line.trim().strip_prefix(key)).unwrap().trim().to_owned();
    let words: Vec<String> = serde_json::from_str(&line("command:")).unwrap();
    assert_eq!(words[0], "inventory-core");
    let home = home();
    write(&home, "token", "t\n");
    let mut command = home.command(env!("CARGO_BIN_EXE_inventory-core"));
    command.args(words[1..].iter().map(|word| if word == "/run/secrets/token" { "token" } else { word }));
    for variable in ["INVENTORY_DATABASE", "RESOTOCORE_ANALYTICS_OPT_OUT"] {
        command.env(variable, serde_json::from_str::<String>(&line(&format!("{variable}:"))).unwrap());
    }
    let settings = printed(&mut command);
    assert_eq!(settings["database"], "postgres://inventory@database/inventory");
    assert_eq!((&settings["listen"], &settings["token"]), (&json!("0.0.0.0:8900"), &json!(true)));
}
