//! The version of the operating system.

use std::path::Path;

use crate::regular_file;

/// The distribution's version, `12` or `24.04`; `None` on rolling distributions, which have none, and elsewhere.
pub(super) fn version() -> Option<String> {
    // 8 KiB hold many times what the file is made for.
    version_id(&regular_file::read_text(Path::new("/etc/os-release"), 8192).ok()?)
}

fn version_id(os_release: &str) -> Option<String> {
    let value = os_release.lines().find_map(|line| line.trim().strip_prefix("VERSION_ID="))?;
    let unquoted = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    let value = unquoted('"').or_else(|| unquoted('\'')).unwrap_or(value);
    let is_version = value.len() <= 16
        && value.starts_with(|first: char| first.is_ascii_digit())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    is_version.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_what_the_distribution_calls_it() {
        assert_eq!(version_id("NAME=\"Debian\"\nVERSION_ID=\"12\"\n").as_deref(), Some("12"));
        assert_eq!(version_id("VERSION_ID=24.04").as_deref(), Some("24.04"));
        assert_eq!(version_id("NAME=Arch\nBUILD_ID=rolling\n"), None);
    }

    #[test]
    fn a_version_that_somebody_made_up_is_not_reported() {
        assert_eq!(version_id("VERSION_ID=\"12 built for jane@example.com\""), None);
        assert_eq!(version_id("VERSION_ID=acme-internal"), None);
    }
}
