//! The programs that this workspace builds, next to the test that asks for them.

use std::path::{Path, PathBuf};

/// The path of a program of this workspace, of the same profile as the running test or benchmark.
///
/// # Panics
/// When it was not built yet; the message says how.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let running = std::env::current_exe().expect("the path of the running test");
    let mut folder = running.parent().expect("a test lies in a folder");
    // Test binaries lie in `deps` or `examples`, one below the programs.
    if folder.file_name().is_some_and(|name| name == "deps" || name == "examples") {
        folder = folder.parent().expect("deps lies in the profile's folder");
    }
    let path = folder.join(name);
    assert!(path.is_file(), "{} is not built: run `cargo build --package {}` first", path.display(), package_of(name));
    path
}

/// The root of the workspace.
#[must_use]
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("crates/candor-testkit lies in the workspace")
}

fn package_of(program: &str) -> &str {
    if program == "candor" { "candor-cli" } else { program }
}
