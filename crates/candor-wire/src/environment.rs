//! What a record says about where it was made.

/// The binary and the machine that a record comes from; the same for every record of a run.
///
/// Every value but the last is a name from a short list or a version, never an identifier of the machine. `None` is
/// "not known".
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Environment {
    /// The tool's version, such as `1.4.0`.
    pub version: Option<String>,
    /// The commit that the tool was built from, abbreviated hexadecimal.
    pub commit: Option<String>,
    /// The day that the tool was built, `2026-11-22`.
    pub built: Option<String>,
    /// How the tool was installed: `homebrew`, `apt`, `cargo`, ...
    pub channel: Option<String>,
    /// `linux`, `macos`, `windows`, ...
    pub os: Option<String>,
    /// The system's version, such as `12` or `6.18`.
    pub os_version: Option<String>,
    /// `x86_64`, `aarch64`, ...
    pub arch: Option<String>,
    /// The language runtime and its version, where there is one: `python 3.11`.
    pub runtime: Option<String>,
    /// The CI service (`github_actions`, ..., `other`), or `none` where it is known that there is none.
    pub ci: Option<String>,
    /// Whether it ran in a container.
    pub container: Option<bool>,
    /// Whether somebody sat before it: its input and output were a terminal.
    pub interactive: Option<bool>,
    /// The coding agent that ran the tool, or `none` where it is known that there is none.
    pub agent: Option<String>,
    /// The tool's database: a salted hash of the id that the database has of itself, 16 hexadecimal digits. The only value
    /// here that stands for one thing in particular; the collector hashes it again before it is stored.
    pub database: Option<String>,
}

/// The columns of the texts, in the order in which they are given.
const COLUMNS: [&str; 10] =
    ["version", "commit", "built", "channel", "os", "os_version", "arch", "runtime", "ci", "agent"];

impl Environment {
    /// Its names and versions by their columns: everything that is a text, but for the hash of the database.
    pub fn texts(&self) -> impl Iterator<Item = (&'static str, &Option<String>)> {
        let Self { version, commit, built, channel, os, os_version, arch, runtime, ci, agent, .. } = self;
        COLUMNS.into_iter().zip([version, commit, built, channel, os, os_version, arch, runtime, ci, agent])
    }

    /// The same, to be changed.
    pub fn texts_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut Option<String>)> {
        let Self { version, commit, built, channel, os, os_version, arch, runtime, ci, agent, .. } = self;
        COLUMNS.into_iter().zip([version, commit, built, channel, os, os_version, arch, runtime, ci, agent])
    }
}

#[cfg(test)]
impl Environment {
    /// What a tool written in Rust says.
    pub(crate) fn example() -> Self {
        Self {
            version: Some("1.4.0".into()),
            commit: Some("5f0c9e1".into()),
            built: Some("2026-11-20".into()),
            channel: Some("cargo".into()),
            os: Some("linux".into()),
            os_version: Some("12".into()),
            arch: Some("x86_64".into()),
            runtime: None,
            ci: Some("none".into()),
            container: Some(false),
            interactive: Some(true),
            agent: Some("none".into()),
            database: Some("00c0ffee00c0ffee".into()),
        }
    }
}
