//! What packagers are given, held to what the binary understands.

use std::path::Path;

use crate::candor::{Ended, Place};

fn packaged(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging").join(name)).unwrap()
}

/// The settings that hold with these variables and arguments.
fn settings(variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let place = Place::new();
    let mut command = place.command();
    command.args(arguments).arg("--print-config").envs(variables.iter().copied());
    Ended::of(&command.output().unwrap()).ok()
}

fn decided_by_variables(printed: &str, variables: &[(&str, &str)]) {
    for (name, value) in variables {
        let (before, _) =
            printed.split_once(&format!(" = \"{value}\"")).unwrap_or_else(|| panic!("{value}: {printed}"));
        let comment = before.lines().rev().nth(1).unwrap();
        assert!(comment.ends_with(&format!("({name})")), "{name}: {comment}");
    }
}

#[test]
fn the_service_of_systemd_starts_the_collector_with_settings_that_exist() {
    let unit = packaged("candor.service");
    let of = |key: &str| unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).collect::<Vec<_>>();
    let variables: Vec<_> = of("Environment").iter().map(|pair| pair.split_once('=').unwrap()).collect();
    assert_eq!(variables.len(), 3);
    let start = of("ExecStart").concat();
    let (program, arguments) = start.split_once(' ').unwrap();
    assert_eq!(program, "/usr/local/bin/candor");
    let printed = settings(&variables, &arguments.split(' ').collect::<Vec<_>>());
    decided_by_variables(&printed, &variables);
    assert_eq!((of("StateDirectory"), of("StateDirectoryMode")), (vec!["candor"], vec!["0700"]));
    // Maintenance lowers its own priority; a filter without that killed the collector when it started.
    assert_eq!(of("SystemCallFilter").last(), Some(&"setpriority sched_setscheduler"));
    assert_eq!(of("SystemCallErrorNumber"), ["EPERM"]);
}

#[test]
fn the_container_starts_the_collector_with_settings_that_exist() {
    let file = packaged("Dockerfile");
    let variables: Vec<_> = file.lines().filter_map(|line| line.strip_prefix("ENV ")?.split_once('=')).collect();
    assert_eq!(variables.len(), 3);
    assert!(file.contains("ENTRYPOINT [\"candor\"]\nCMD [\"serve\"]"));
    decided_by_variables(&settings(&variables, &["serve"]), &variables);
}
