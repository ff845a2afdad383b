//! The release that is being built.

use std::{
    env,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{day, git};

/// Variables that a packager can set, so a change of them is a reason to build again.
const INPUTS: [&str; 4] = ["CANDOR_BUILD_VERSION", "CANDOR_BUILD_COMMIT", "CANDOR_BUILD_CHANNEL", "SOURCE_DATE_EPOCH"];

/// Longer values are no version and no commit.
const MAX_LENGTH: usize = 64;

/// Longer values are no channel, but a description of one.
const MAX_CHANNEL_LENGTH: usize = 32;

/// The release that is being built, as far as it can be found out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Release {
    /// Such as `1.4.0`.
    pub version: Option<String>,
    /// The commit, abbreviated.
    pub commit: Option<String>,
    /// The day, `2026-11-22`, UTC.
    pub built: Option<String>,
    /// How it is packaged, such as `homebrew`: a lower-case word of at most 32 letters, digits, `-` and `_`.
    pub channel: Option<String>,
    /// Files whose change is a reason to build again.
    watched: Vec<PathBuf>,
}

impl Release {
    /// Asks the environment, git and the clock.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "a build script has no clock to ask; SOURCE_DATE_EPOCH overrules this one"
    )]
    pub fn of_this_build() -> Self {
        let directory = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
        Self::of(|name| env::var(name).ok(), &directory, SystemTime::now())
    }

    /// Asks `variable` for environment variables and git about `directory`.
    fn of(variable: impl Fn(&str) -> Option<String>, directory: &Path, now: SystemTime) -> Self {
        let given = |name: &str| variable(name).filter(|value| is_one_short_word(value));
        let version = given("CANDOR_BUILD_VERSION").or_else(|| given("CARGO_PKG_VERSION"));
        let (commit, mut watched) = match given("CANDOR_BUILD_COMMIT") {
            Some(commit) => (Some(commit), Vec::new()),
            None => (git::commit(directory), git::watched_files(directory)),
        };
        // A change of the source makes another binary, which may be of another day. Files that do not exist would build
        // it again each time.
        watched.extend(["src", "Cargo.toml"].map(|name| directory.join(name)).into_iter().filter(|path| path.exists()));
        let epoch = given("SOURCE_DATE_EPOCH").and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
        let since_1970 = epoch.or_else(|| now.duration_since(UNIX_EPOCH).ok());
        let channel = given("CANDOR_BUILD_CHANNEL").filter(|channel| is_channel(channel));
        Self { version, commit, built: since_1970.and_then(day::of), channel, watched }
    }

    /// What a build script prints: the variables for the compiler, and when to run it again.
    #[must_use]
    pub fn directives(&self) -> String {
        let mut lines = Vec::new();
        for (name, value) in [
            ("CANDOR_VERSION", &self.version),
            ("CANDOR_COMMIT", &self.commit),
            ("CANDOR_BUILT", &self.built),
            ("CANDOR_CHANNEL", &self.channel),
        ] {
            if let Some(value) = value {
                lines.push(format!("cargo::rustc-env={name}={value}"));
            }
        }
        // Naming any reason turns off cargo's own, which is any change in the package. The script itself is always one.
        lines.extend(INPUTS.iter().map(|name| format!("cargo::rerun-if-env-changed={name}")));
        lines.extend(self.watched.iter().map(|path| format!("cargo::rerun-if-changed={}", path.display())));
        lines.push(String::new());
        lines.join("\n")
    }
}

/// A value with a line break would be a directive of its own to cargo.
fn is_one_short_word(value: &str) -> bool {
    !value.is_empty() && value.len() <= MAX_LENGTH && value.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_channel(value: &str) -> bool {
    value.len() <= MAX_CHANNEL_LENGTH
        && value.starts_with(|first: char| first.is_ascii_lowercase())
        && value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_with(variables: &[(&str, &str)]) -> Release {
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Release::of(variable, &env::temp_dir(), UNIX_EPOCH + Duration::from_secs(1_795_312_499))
    }

    #[test]
    fn a_packager_says_what_is_built() {
        let release = built_with(&[
            ("CARGO_PKG_VERSION", "1.0.0"),
            ("CANDOR_BUILD_VERSION", "1.4.0"),
            ("CANDOR_BUILD_COMMIT", "5f0c9e1ab2c3"),
            ("CANDOR_BUILD_CHANNEL", "homebrew"),
            ("SOURCE_DATE_EPOCH", "0"),
        ]);
        assert_eq!(
            release.directives(),
            "cargo::rustc-env=CANDOR_VERSION=1.4.0\n\
             cargo::rustc-env=CANDOR_COMMIT=5f0c9e1ab2c3\n\
             cargo::rustc-env=CANDOR_BUILT=1970-01-01\n\
             cargo::rustc-env=CANDOR_CHANNEL=homebrew\n\
             cargo::rerun-if-env-changed=CANDOR_BUILD_VERSION\n\
             cargo::rerun-if-env-changed=CANDOR_BUILD_COMMIT\n\
             cargo::rerun-if-env-changed=CANDOR_BUILD_CHANNEL\n\
             cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH\n"
        );
    }

    #[test]
    fn without_a_packager_the_package_and_the_clock_say_it() {
        let release = built_with(&[("CARGO_PKG_VERSION", "1.0.0"), ("CANDOR_BUILD_VERSION", "")]);
        assert_eq!(release.version.as_deref(), Some("1.0.0"));
        assert_eq!(release.built.as_deref(), Some("2026-11-22"));
    }

    #[test]
    fn a_value_cannot_smuggle_in_a_directive() {
        let release =
            built_with(&[("CANDOR_BUILD_COMMIT", "abc\ncargo::rustc-link-arg=x"), ("CARGO_PKG_VERSION", "1.0.0")]);
        assert!(!release.directives().contains("link-arg"));
    }

    #[test]
    fn a_channel_is_a_lower_case_word() {
        let channel = |value: &str| built_with(&[("CANDOR_BUILD_CHANNEL", value)]).channel;
        for word in ["homebrew", "debian-12", "x", &"a".repeat(32)] {
            assert_eq!(channel(word).as_deref(), Some(word));
        }
        for other in ["", "Homebrew", "built by alice", "/opt/alice", "-apt", "1st", "größe", &"a".repeat(33)] {
            assert_eq!(channel(other), None, "{other:?}");
        }
    }

    #[test]
    fn an_impossible_date_is_left_out() {
        let release = built_with(&[("SOURCE_DATE_EPOCH", "18446744073709551615"), ("CARGO_PKG_VERSION", "1.0.0")]);
        assert_eq!(release.built, None);
        assert_eq!(release.version.as_deref(), Some("1.0.0"));
    }
}
