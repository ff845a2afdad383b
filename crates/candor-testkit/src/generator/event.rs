//! What is made: a row as a collector would store it, spelled out.

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event<'w> {
    /// The project's name.
    pub project: &'w str,
    /// When, in microseconds since 1970, UTC.
    pub micros: i64,
    /// The same for every event of a message that comes again, and for no other.
    pub message: u64,
    /// Whether it came before.
    pub is_retry: bool,
    /// `operation`, `part`, `component`, `count`, `lifecycle` or `error`.
    pub kind: &'static str,
    /// Of the operation, the part, ...
    pub name: &'w str,
    /// A part's operation, a component's set.
    pub parent: Option<&'w str>,
    /// `ok`, `error` or `cancelled`.
    pub outcome: Option<&'static str>,
    /// Of an error.
    pub error_class: Option<&'static str>,
    /// Microseconds, of an operation and a part.
    pub duration_micros: Option<u64>,
    /// Who; none in CI, and in every fourth project, which does not identify.
    pub installation: Option<u64>,
    /// The run of the tool.
    pub run: u64,
    /// The release that ran.
    pub version: &'w str,
    /// Its commit.
    pub commit: &'w str,
    /// Its day, `2026-11-22`.
    pub built: &'w str,
    /// How it was installed.
    pub channel: &'static str,
    /// `linux`, ...
    pub os: &'static str,
    /// `12`, ...
    pub os_version: &'static str,
    /// `x86_64`, ...
    pub arch: &'static str,
    /// The CI service, or `none`.
    pub ci: &'static str,
    /// Whether it ran in a container.
    pub container: bool,
    /// Whether somebody sat before it.
    pub interactive: bool,
    /// The coding agent, or `none`.
    pub agent: &'static str,
    /// Two letters.
    pub country: &'static str,
    /// A declared text: of an operation and a part what it worked with.
    pub provider: Option<&'w str>,
    /// A declared number: of an operation how much it found.
    pub resources: Option<i64>,
}
