//! How both applications put the same things into words.

/// `1 rule`, `2 rules`.
#[must_use]
pub fn counted(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `1.4.0 (commit 5f0c9e1b2a3d, built 2026-11-22)`; what the build did not know is left out.
#[must_use]
pub fn version(version: &str, commit: Option<&str>, built: Option<&str>) -> String {
    let commit = commit.map(|commit| format!("commit {commit}"));
    let built = built.map(|day| format!("built {day}"));
    let build: Vec<String> = commit.into_iter().chain(built).collect();
    if build.is_empty() { version.to_owned() } else { format!("{version} ({})", build.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(counted(1, "rule") + &counted(0, "rule"), "1 rule0 rules");
    }

    #[test]
    fn a_version_says_of_its_build_what_is_known() {
        assert_eq!(version("1.4.0", None, None), "1.4.0");
        assert_eq!(version("1.4.0", Some("5f0c9e1"), Some("2026-11-22")), "1.4.0 (commit 5f0c9e1, built 2026-11-22)");
    }
}
