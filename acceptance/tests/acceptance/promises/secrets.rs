//! What must never be told: who and where somebody is, and what they said and have.

use std::{
    ffi::OsStr,
    fs,
    io::Write,
    process::{Command, Stdio},
};

use candor_testkit::Home;

/// An address that a computer might have on its way to the collector.
pub(crate) const ADDRESS: &str = "127.0.0.77";

/// The computer's name while a test runs, where the system lets it have one of its own.
const HOST_NAME: &str = "difference-engine-2";

/// Everything in arguments, files and credentials that is nobody's business has this in it.
pub(crate) const MARK: &str = "hunter7";

const USER: &str = "adalovelace";

/// Lets a command run on a computer with a name, for a user with a name and credentials.
pub(crate) fn personal(command: &Command) -> Command {
    let mut named = Command::new("unshare");
    named.args(["--user", "--map-root-user", "--uts", "sh", "-c"]);
    named.arg(format!("echo {HOST_NAME} >/proc/sys/kernel/hostname; exec \"$@\"")).arg("sh");
    let mut personal = if can_be_named() {
        named.arg(command.get_program());
        named
    } else {
        Command::new(command.get_program())
    };
    personal
        .args(command.get_args())
        .env_clear()
        .envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    personal.current_dir(command.get_current_dir().unwrap()).stdin(Stdio::null());
    for (variable, value) in [("USER", USER), ("LOGNAME", USER), ("HOSTNAME", HOST_NAME)] {
        personal.env(variable, value);
    }
    for variable in ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "PGPASSWORD", "MY_PASSWORD"] {
        personal.env(variable, format!("{MARK}-{variable}"));
    }
    personal
}

/// A container may not allow it; then the name that there is has to do.
fn can_be_named() -> bool {
    let tried = Command::new("unshare").args(["--user", "--map-root-user", "--uts", "true"]).output();
    tried.is_ok_and(|output| output.status.success())
}

/// What is in nothing that leaves the computer, and in no file and no answer of a collector.
pub(crate) fn of(home: &Home) -> Vec<String> {
    let mut secrets: Vec<String> = [ADDRESS, HOST_NAME, MARK, USER].map(str::to_owned).into();
    secrets.push(home.path().display().to_string());
    secrets.extend(traits());
    secrets
}

/// What tells this computer from every other: its name, its id, and its addresses, of the network and of the hardware.
pub(crate) fn traits() -> Vec<String> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    let mut traits = vec![read("/etc/machine-id"), read("/proc/sys/kernel/random/boot_id")];
    let name = read("/proc/sys/kernel/hostname");
    // A shorter one is a part of other words.
    traits.push(if name.len() < 6 { format!("\"{name}\"") } else { name });
    for entry in fs::read_dir("/sys/class/net").unwrap().flatten() {
        traits.push(fs::read_to_string(entry.path().join("address")).unwrap_or_default().trim().to_owned());
    }
    let mut last = String::new();
    for line in read("/proc/net/fib_trie").lines() {
        match line.rsplit_once("|-- ") {
            Some((_, address)) => address.clone_into(&mut last),
            None if line.contains("/32 host LOCAL") => traits.push(last.clone()),
            None => {}
        }
    }
    let is_own = |text: &String| !text.is_empty() && !text.starts_with("127.") && !text.starts_with("00:00:00");
    traits.retain(is_own);
    traits
}

/// What programs make of a text so that it is not readable at once, as hexadecimal digits.
pub(crate) fn hashes(text: &str) -> Vec<String> {
    ["md5sum", "sha1sum", "sha256sum"].map(|program| digest(program, text)).into()
}

fn digest(program: impl AsRef<OsStr>, text: &str) -> String {
    let mut process = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let said = String::from_utf8(process.wait_with_output().unwrap().stdout).unwrap();
    said.split_whitespace().next().unwrap().to_owned()
}
