//! The grains of the rollup: what a sum keeps.
//!
//! A sum over every combination of all dimensions would hardly be smaller than what it sums up. So a day is summed up
//! several times, each time by what happened and one group of columns that belong together. A question whose columns
//! are in one grain has its exact answer there; every other is asked of the rows themselves.

/// One way in which facts are summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grain {
    /// What stands in the column `grain`.
    pub name: &'static str,
    /// The columns of `facts` that are kept beside [`BASE_DIMENSIONS`]; of an attribute's grain the attribute's.
    pub columns: &'static [&'static str],
    /// Whether it says which operation or part it was, and in which operation an error came up. Where it does not, `name` is
    /// empty for [`TIMED_KINDS`], and `parent` null for these and [`FAILED_KINDS`].
    pub names_timed: bool,
}

/// The columns of `facts` that every grain keeps.
pub const BASE_DIMENSIONS: [&str; 3] = ["project", "day", "kind"];

/// What is there under many names, each with its durations.
pub const TIMED_KINDS: [&str; 2] = ["operation", "part"];

/// What comes up in any operation.
pub const FAILED_KINDS: [&str; 2] = ["error", "crash"];

/// The grain of everything that happened and how it ended.
pub const EVENTS: Grain =
    Grain { name: "events", columns: &["name", "parent", "outcome", "error_class"], names_timed: true };

/// The grain of how long it took, whatever the end; of what has a duration, as [`crate::DurationBucket::coarse`] says it.
pub const DURATIONS: Grain =
    Grain { name: "durations", columns: &["name", "parent", "duration_bucket"], names_timed: true };

/// Every grain, but for those of attributes: the column of each attribute that is a text or a truth is a grain of its own
/// beside `name`, `parent` and `outcome`, of the facts that have the attribute, and the grain has the column's name.
pub const GRAINS: [Grain; 8] = [
    EVENTS,
    DURATIONS,
    of_dimensions("release", &["name", "parent", "outcome", "version", "commit", "built"]),
    of_dimensions("channel", &["name", "parent", "outcome", "channel"]),
    of_dimensions("platform", &["name", "parent", "outcome", "os", "os_version", "arch", "runtime"]),
    of_dimensions("setting", &["name", "parent", "outcome", "ci", "container", "interactive", "agent"]),
    of_dimensions("place", &["name", "parent", "outcome", "country", "region"]),
    of_dimensions("client", &["name", "parent", "outcome", "sdk", "sdk_version"]),
];

/// What an attribute's grain keeps beside the attribute.
pub const BESIDE_ATTRIBUTE: [&str; 3] = ["name", "parent", "outcome"];

const fn of_dimensions(name: &'static str, columns: &'static [&'static str]) -> Grain {
    Grain { name, columns, names_timed: false }
}
