//! Whether the release that is being built still records something.

use std::env;

use candor_manifest::{Date, Entry};

/// Whether `entry` has expired for this build.
///
/// The version and the day of the build are those that `candor_build::emit()` found out, so that a build is
/// reproducible; without it the package's version counts and no date ends anything. The generated code reads the same
/// variables, so that a change of them expands the macro again.
pub(super) fn has_expired(entry: &Entry) -> bool {
    let variable = |name| env::var(name).ok();
    let version = variable("CANDOR_VERSION").or_else(|| variable("CARGO_PKG_VERSION")).unwrap_or_default();
    let built = variable("CANDOR_BUILT").and_then(|built| Date::parse(&built));
    match built {
        Some(built) => !entry.is_recorded(&version, built),
        None => !entry.expires.is_recorded_by(&version),
    }
}
