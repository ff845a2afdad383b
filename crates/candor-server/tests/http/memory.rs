//! What a process has in memory, which says something only where it does one thing.

use std::process::Command;

/// Whether this process runs this test only. If not, one that does is started, with room for some thousand sockets, and
/// must succeed.
pub(crate) fn alone(test: &str) -> bool {
    const ALONE: &str = "CANDOR_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let this = std::env::current_exe().unwrap();
    let mut child = Command::new("sh");
    child.args(["-c", "ulimit -n 8192; exec \"$0\" \"$@\""]).arg(this).args(["--exact", test]).env(ALONE, "1");
    let ended = child.output().unwrap();
    let out = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() && out.contains("1 passed"), "{out}{}", String::from_utf8_lossy(&ended.stderr));
    false
}

/// What this process, client and server, has in memory.
pub(crate) fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
