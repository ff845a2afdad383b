//! The grains of the rollup: which dimensions a sum keeps.
//!
//! A sum over every combination of all dimensions would hardly be smaller than what it sums up: durations alone are
//! spread over hundreds of buckets. So a day is summed up several times, each time by what happened and one group of
//! dimensions that belong together. A question whose columns are in one grain has its exact answer there; every other
//! is asked of the rows themselves.

/// One way in which facts are summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grain {
    /// What stands in the column `grain`.
    pub name: &'static str,
    /// The columns of `facts` that are kept beside [`BASE_DIMENSIONS`].
    pub dimensions: &'static [&'static str],
}

/// The columns of `facts` that every grain keeps: what happened, and how it ended.
pub const BASE_DIMENSIONS: [&str; 7] = ["project", "day", "kind", "name", "parent", "outcome", "error_class"];

/// Every grain, but for those of attributes: each attribute's column is a grain of its own, of the facts that have the
/// attribute, and the grain has the column's name.
pub const GRAINS: [Grain; 7] = [
    Grain { name: "durations", dimensions: &["duration_bucket"] },
    Grain { name: "release", dimensions: &["version", "commit", "built"] },
    Grain { name: "channel", dimensions: &["channel"] },
    Grain { name: "platform", dimensions: &["os", "os_version", "arch", "runtime"] },
    Grain { name: "setting", dimensions: &["ci", "container", "interactive", "agent"] },
    Grain { name: "place", dimensions: &["country", "region"] },
    Grain { name: "client", dimensions: &["sdk", "sdk_version"] },
];
