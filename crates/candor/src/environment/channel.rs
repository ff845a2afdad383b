//! How the tool was installed, by where its executable lies: the name of a package manager, never the path.

use std::path::Path;

use crate::text::first;

/// A part of the path and the channel, a pair a line; the first one that is found decides.
const PLACES: &str = "\
/.cargo/bin/ cargo
/nix/store/ nix
/gnu/store/ guix
/homebrew/ homebrew
/linuxbrew/ homebrew
/Cellar/ homebrew
/opt/local/ macports
/snap/ snap
/.asdf/ asdf
/mise/installs/ mise
/node_modules/ npm
/site-packages/ pip
/pipx/ pipx
/uv/tools/ uv
/go/bin/ go
/target/debug/ build
/target/release/ build
";

/// The channel that the build names, else the one that the executable's place tells, else `None`.
pub(super) fn name(built_for: Option<&'static str>) -> Option<&'static str> {
    built_for.or_else(|| of(&std::env::current_exe().ok()?))
}

fn of(executable: &Path) -> Option<&'static str> {
    let path = executable.to_str()?;
    // The standard library's search is made for long texts, and weighs 3 KB.
    let contains = |place: &str| path.as_bytes().windows(place.len()).any(|part| part == place.as_bytes());
    if let Some(channel) = first(PLACES, &contains) {
        return Some(channel);
    }
    let is_system = ["/usr/bin/", "/usr/sbin/", "/bin/"].iter().any(|place| path.starts_with(place));
    is_system.then_some("system")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_the_executable_tells_the_channel_and_nothing_else() {
        let channel = |path: &str| of(Path::new(path));
        assert_eq!(channel("/home/jane/.cargo/bin/tool"), Some("cargo"));
        assert_eq!(channel("/opt/homebrew/bin/tool"), Some("homebrew"));
        assert_eq!(channel("/nix/store/abc-tool-1.0/bin/tool"), Some("nix"));
        assert_eq!(channel("/usr/bin/tool"), Some("system"));
        assert_eq!(channel("/home/jane/bin/tool"), None);
        assert_eq!(name(Some("deb")), Some("deb"));
    }
}
