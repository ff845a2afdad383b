//! The reference tool in several released versions, built from this source tree.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::plan::VERSIONS;

/// Why the tool could not be built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error(
        "the demo builds the reference tool from its source: run it with `cargo run --release -- demo` in a checkout"
    )]
    NoSource,
    #[error("failed to run cargo: {0}")]
    NoCargo(#[source] io::Error),
    #[error("cargo could not build the reference tool {version}:\n{output}")]
    Failed { version: &'static str, output: String },
    #[error("failed to copy the built tool to {}: {source}", path.display())]
    Copy { path: PathBuf, source: io::Error },
}

/// The workspace that this program was built in, if it is still there.
pub(crate) fn source_tree() -> Result<PathBuf, BuildError> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or(BuildError::NoSource)?;
    if root.join("apps/inventory/Cargo.toml").is_file() { Ok(root.to_owned()) } else { Err(BuildError::NoSource) }
}

/// Builds one released version and copies it into `folder`; returns the program's path.
pub(crate) fn build(source: &Path, version: &'static str, folder: &Path) -> Result<PathBuf, BuildError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = target_directory(source);
    let mut command = Command::new(cargo);
    command.current_dir(source).args(["build", "--quiet", "--package", "inventory"]);
    // The demo has no PostgreSQL, and its client only makes the build longer.
    command.args(["--no-default-features", "--features", "upload"]);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    command.env("CANDOR_BUILD_VERSION", version).env("CARGO_TARGET_DIR", &target).stdin(Stdio::null());
    let output = command.output().map_err(BuildError::NoCargo)?;
    if !output.status.success() {
        return Err(BuildError::Failed { version, output: String::from_utf8_lossy(&output.stderr).into_owned() });
    }
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let path = folder.join(format!("inventory-{version}"));
    fs::copy(target.join(profile).join("inventory"), &path)
        .map_err(|source| BuildError::Copy { path: path.clone(), source })?;
    Ok(path)
}

/// A target directory of the demo's own, so that the developer's own build of the tool keeps its version.
fn target_directory(source: &Path) -> PathBuf {
    source.join("target/demo")
}

/// All versions, oldest first, with a call before each.
pub(crate) fn build_all(
    source: &Path,
    folder: &Path,
    mut before: impl FnMut(&'static str),
) -> Result<Vec<PathBuf>, BuildError> {
    let build = |version| {
        before(version);
        build(source, version, folder)
    };
    VERSIONS.into_iter().map(build).collect()
}
