//! Where the SDK keeps its files.

use std::{os::unix::fs::MetadataExt as _, path::Path, path::PathBuf};

use crate::variables::{Lookup, absolute_path};

/// The system's policy; not to be moved by an environment variable, or a user could step around it.
const SYSTEM_POLICY: &str = "/etc/candor/consent.toml";

/// The file in the state directory that says when the next upload is due, and what became of the last one.
pub(crate) const SCHEDULE: &str = "upload.json";

/// Many times what is written there.
pub(crate) const SCHEDULE_MAX_BYTES: u64 = 64 * 1024;

/// The files that say what the user and the administrator want.
#[derive(Debug, Clone)]
pub(crate) struct ConsentFiles {
    /// For every user of the machine.
    pub(crate) system: PathBuf,
    /// The user's own; `None` where there is no home.
    pub(crate) user: Option<PathBuf>,
}

impl ConsentFiles {
    /// `/etc/candor/consent.toml`, and `candor/consent.toml` in `$XDG_CONFIG_HOME` or `~/.config`.
    pub(crate) fn of(lookup: Lookup<'_>) -> Self {
        let base = absolute_path(lookup, "XDG_CONFIG_HOME")
            .or_else(|| absolute_path(lookup, "HOME").map(|home| home.join(".config")));
        Self { system: PathBuf::from(SYSTEM_POLICY), user: base.map(|base| base.join("candor/consent.toml")) }
    }
}

/// The state directory of an application: `$CANDOR_HOME/NAME`, else `candor/NAME` in `$XDG_STATE_HOME` or
/// `~/.local/state`. `None` where there is no such place, or where it belongs to somebody else.
pub(crate) fn state_directory(application: &str, lookup: Lookup<'_>) -> Option<PathBuf> {
    Some(state_home(lookup)?.join(application))
}

/// The directory of all state directories.
pub(crate) fn state_home(lookup: Lookup<'_>) -> Option<PathBuf> {
    if let Some(home) = absolute_path(lookup, "CANDOR_HOME") {
        return Some(home);
    }
    let base = absolute_path(lookup, "XDG_STATE_HOME")
        .or_else(|| absolute_path(lookup, "HOME").map(|home| home.join(".local/state")))?;
    (!is_foreign_to_root(&base)).then(|| base.join("candor"))
}

/// Whether root runs in another user's home, as `sudo` without `-H` does. What root wrote there, its owner could never
/// append to again.
fn is_foreign_to_root(base: &Path) -> bool {
    if !rustix::process::geteuid().is_root() {
        return false;
    }
    let nearest = base.ancestors().find_map(|path| path.metadata().ok());
    nearest.is_some_and(|metadata| metadata.uid() != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variables::of;

    #[test]
    fn candor_home_comes_first_then_xdg_then_home() {
        let directory = |pairs: &[(&str, &str)]| state_directory("tool", &of(pairs));
        let all = [("CANDOR_HOME", "/c"), ("XDG_STATE_HOME", "/nowhere/x"), ("HOME", "/nowhere/h")];
        assert_eq!(directory(&all), Some("/c/tool".into()));
        assert_eq!(directory(&all[1..]), Some("/nowhere/x/candor/tool".into()));
        assert_eq!(directory(&all[2..]), Some("/nowhere/h/.local/state/candor/tool".into()));
        assert_eq!(directory(&[]), None);
    }

    #[test]
    fn relative_places_are_ignored() {
        assert_eq!(state_directory("tool", &of(&[("CANDOR_HOME", "here"), ("HOME", "")])), None);
        assert_eq!(
            ConsentFiles::of(&of(&[("XDG_CONFIG_HOME", "x"), ("HOME", "/h")])).user,
            Some("/h/.config/candor/consent.toml".into())
        );
    }
}
