//! Off means that nothing happens: the system calls of a tool are those of one that has no SDK in it.

use std::{fs, path::Path, process::Command};

use candor_testkit::{FakeCollector, Home};

use crate::tool::{Tool, fixture};

/// The system calls of a program, each with the file that it names. Memory is left out: two programs of different size
/// have different amounts of it.
fn system_calls(home: &Home, program: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Vec<String> {
    const MEMORY: [&str; 6] = ["brk(", "mmap(", "mprotect(", "munmap(", "mremap(", "madvise("];
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut strace = Command::new("strace");
    strace.args(["--follow-forks", "--string-limit=200", "--output"]).arg(log.path()).arg(program).args(arguments);
    strace.env_clear().envs(variables.iter().copied());
    for (name, value) in home.command("").get_envs() {
        strace.env(name, value.unwrap());
    }
    let output = strace.output().expect("strace, which acceptance/services/install.sh installs");
    assert!(output.status.success(), "{output:?}");
    let text = fs::read_to_string(log.path()).unwrap();
    let calls = text.lines().filter_map(|line| line.split_once(' ').map(|(_process, call)| call.trim_start()));
    calls.filter(|call| !MEMORY.iter().any(|name| call.starts_with(name))).map(call_and_file).collect()
}

/// `openat "/etc/candor/consent.toml"` of a line of strace.
fn call_and_file(line: &str) -> String {
    let name = line.split('(').next().unwrap();
    let takes_path = ["open", "access", "stat", "mkdir", "unlink", "rename", "link", "readlink", "chmod"];
    let is_path = |_: &&str| takes_path.iter().any(|part| name.contains(part));
    let file = line.split('"').nth(1).filter(is_path).unwrap_or_default();
    format!("{name} {file}").trim_end().to_owned()
}

fn plain() -> Vec<String> {
    let program = fixture().with_file_name("plain");
    let calls = system_calls(&Home::new(), &program, &["nothing"], &[]);
    assert!(calls.contains(&"exit_group".to_owned()), "{calls:?}");
    calls
}

#[test]
fn a_flag_or_a_variable_that_says_off_makes_no_system_call_at_all() {
    let home = Home::new();
    let plain = plain();
    assert_eq!(system_calls(&home, &fixture(), &["nothing", "--no-telemetry"], &[]), plain);
    for (name, value) in [
        ("FIXTURE_NO_TELEMETRY", "1"),
        ("DO_NOT_TRACK", "yes"),
        ("FIXTURE_TELEMETRY_LEVEL", "off"),
        ("DO_NOT_TRACK", "what?"),
    ] {
        assert_eq!(system_calls(&home, &fixture(), &["nothing"], &[(name, value)]), plain, "{name}={value}");
    }
}

#[test]
fn a_choice_that_says_off_costs_reading_the_consent_files_and_nothing_else() {
    let tool = Tool::fresh(&FakeCollector::start());
    tool.home.store_consent("[all]\nlevel = \"off\"\n");
    let before = tool.home.files();
    let calls = system_calls(&tool.home, &fixture(), &["nothing"], &[]);
    let mut more = calls.clone();
    for call in plain() {
        let at = more.iter().position(|other| *other == call);
        more.remove(at.unwrap_or_else(|| panic!("{call} is missing in {calls:?}")));
    }
    let user = tool.home.path().join("config/candor/consent.toml");
    let opened: Vec<String> = more.iter().filter(|call| call.starts_with("openat ")).cloned().collect();
    assert_eq!(opened, ["openat /etc/candor/consent.toml".to_owned(), format!("openat {}", user.display())]);
    // In a debug build the standard library looks whether a file is open before it closes it: `fcntl`.
    let reading = ["openat", "statx", "fstat", "read", "lseek", "fcntl", "close"];
    let is_reading = |call: &String| reading.contains(&call.split(' ').next().unwrap());
    assert!(more.iter().all(is_reading), "{more:?}");
    assert_eq!(tool.home.files(), before);
}
