//! Starting the helper.

use std::{
    io,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use super::VARIABLE;

/// Starts the helper and does not wait for it. Its own process group keeps the terminal's Ctrl-C away from it;
/// `process_group` lets the standard library use `posix_spawn`, whose cost does not grow with the tool's memory.
///
/// # Errors
/// When no process can be started.
pub(crate) fn spawn(application: &str, state_directory: &Path) -> io::Result<()> {
    let mut helper = Command::new(executable()?)
        .arg0(application)
        .env(VARIABLE, application)
        .current_dir(state_directory)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    // A tool that goes on running must not keep a dead helper in the process table. Without a thread it does, once.
    let _ = thread::Builder::new().name("telemetry".to_owned()).spawn(move || helper.wait());
    Ok(())
}

/// This executable, even if it was replaced or removed since it was started.
fn executable() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok(PathBuf::from("/proc/self/exe")) } else { std::env::current_exe() }
}
