//! A home of its own for every test.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A temporary home directory, and the environment that leads a tool there and nowhere else.
#[derive(Debug)]
pub struct Home {
    directory: TempDir,
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

impl Home {
    /// An empty home.
    ///
    /// # Panics
    /// When there is no room for one.
    #[must_use]
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a temporary directory") }
    }

    /// The home directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Where an application keeps its telemetry.
    #[must_use]
    pub fn state(&self, application: &str) -> PathBuf {
        self.path().join("candor").join(application)
    }

    /// A command that lives in this home: nothing of the test's own environment reaches it.
    #[must_use]
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("XDG_CONFIG_HOME", self.path().join("config"))
            .env("XDG_STATE_HOME", self.path().join("state"))
            .env("CANDOR_HOME", self.path().join("candor"))
            .env("CANDOR_UPLOAD_INTERVAL", "0")
            .current_dir(self.path());
        command
    }

    /// Stores the user's choice: the text of `consent.toml`.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn store_consent(&self, text: &str) {
        let directory = self.path().join("config/candor");
        fs::create_dir_all(&directory).expect("a directory for the choice");
        fs::write(directory.join("consent.toml"), text).expect("the choice is written");
    }

    /// The lines of a file of an application's telemetry; none when there is no such file.
    #[must_use]
    pub fn lines(&self, application: &str, file: &str) -> Vec<String> {
        let text = fs::read_to_string(self.state(application).join(file)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Every file below the home, relative to it and sorted.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        collect(self.path(), &mut files);
        files.sort();
        files.iter().filter_map(|file| Some(file.strip_prefix(self.path()).ok()?.to_owned())).collect()
    }
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), files);
        }
        files.push(entry.path());
    }
}
