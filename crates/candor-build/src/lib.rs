//! Build-script helper of candor: version, commit, build date and channel of a binary.
//!
//! For tools that embed `candor`: call [`emit`] in the `main` of `build.rs`, and `candor::manifest!` puts into every record which
//! release made it. Without it a record has the package's version alone.
//!
//! ```no_run
//! candor_build::emit();
//! ```
//!
//! | variable in the tool | value | taken from |
//! |---|---|---|
//! | `CANDOR_VERSION` | `1.4.0` | `CANDOR_BUILD_VERSION`, else the package's version |
//! | `CANDOR_COMMIT` | `5f0c9e1ab2c3` | `CANDOR_BUILD_COMMIT`, else git; not set outside of a repository |
//! | `CANDOR_BUILT` | `2026-11-22` | `SOURCE_DATE_EPOCH`, else today (UTC) |
//! | `CANDOR_CHANNEL` | `homebrew` | `CANDOR_BUILD_CHANNEL`: how it is packaged, a lower-case word; else not set |
//!
//! The first column can be read with `option_env!`. The last names what a packager can set.

mod day;
mod git;
mod release;

use std::io::Write;

pub use release::Release;

/// Finds out which release is being built and tells cargo. It never fails a build: what cannot be found out is left out.
pub fn emit() {
    let directives = Release::of_this_build().directives();
    // A build script speaks to cargo on standard output; if cargo has gone, there is nobody left to tell.
    let _ = std::io::stdout().write_all(directives.as_bytes());
}
