//! What the SDK weighs in the tools that embed it: bytes of their binaries, and crates of their builds.

use std::path::{Path, PathBuf};

use crate::workspace;

/// The smallest tool (benches/footprint), without the SDK and with more and more of it.
const TOOLS: &[(&str, &str)] = &[
    ("", "without the SDK"),
    ("local", "with it, without its features: nothing can be sent"),
    ("upload", "with it as it is by default"),
    ("tls", "with HTTPS"),
];

/// Prints a table of the tools' sizes. `CARGO_PROFILE_FOOTPRINT_LTO=fat` shows them as a careful author would build them.
pub(crate) fn print() -> Result<(), String> {
    let mut without = None;
    for (feature, meaning) in TOOLS {
        let bytes = size_bytes(&build(feature)?)?;
        let added = bytes - *without.get_or_insert(bytes);
        anstream::println!("{bytes:>9} bytes  {added:>+9}  {meaning}");
    }
    Ok(())
}

/// Builds the smallest tool as most tools are built, stripped (see `[profile.footprint]`), over the one built before.
fn build(feature: &str) -> Result<PathBuf, String> {
    let output = workspace::output_of(workspace::cargo(&[
        "build",
        "--package",
        "footprint",
        "--profile",
        "footprint",
        "--features",
        feature,
        "--message-format",
        "json",
        "--quiet",
    ]))?;
    let messages = output.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let path = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).next_back();
    path.ok_or_else(|| "cargo names no executable".to_owned())
}

fn size_bytes(path: &Path) -> Result<i64, String> {
    let metadata = std::fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?;
    i64::try_from(metadata.len()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;

    /// The goal (docs/performance.md). It weighs 398,300 today; where the crates lie on a machine is a part of that, by some hundreds.
    const MOST_BYTES: usize = 400_000;
    const MOST_CRATES: usize = 12;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_sdk_adds_no_more_than_it_may_to_a_tool_and_no_network_where_it_is_not_wanted() {
        let imports = |tool: &[u8], function: &str| {
            let name = [b"\0", function.as_bytes(), b"\0"].concat();
            tool.windows(name.len()).any(|window| window == name)
        };
        let bytes_of = |feature| fs::read(build(feature).expect("it builds")).expect("the binary");
        let (without, local, upload) = (bytes_of(""), bytes_of("local"), bytes_of("upload"));
        for function in ["getaddrinfo", "socket", "connect", "send", "sendto", "sendmsg"] {
            assert!(!imports(&local, function), "without the feature `upload`, {function} is there to be called");
        }
        assert!(imports(&upload, "getaddrinfo"), "what is looked for can be found");
        let added = upload.len() - without.len();
        assert!(local.len() < upload.len() && added <= MOST_BYTES, "the SDK adds {added} bytes to an empty tool");
    }

    #[test]
    fn network_code_lies_in_one_folder_that_the_feature_upload_turns_on() {
        let sources = workspace::root().join("crates/candor/src");
        let lib = fs::read_to_string(sources.join("lib.rs")).expect("lib.rs");
        assert!(lib.contains("#[cfg(feature = \"upload\")]\nmod http;\n"));
        let mut found = Vec::new();
        for_each_file(&sources, &mut |path, text| {
            if ["std::net", "net::", "TcpStream", "UdpSocket", "UnixStream"].iter().any(|name| text.contains(name)) {
                found.push(path.strip_prefix(&sources).expect("below").display().to_string());
            }
        });
        assert!(found.iter().any(|path| path == "http/connection.rs"), "what is looked for can be found: {found:?}");
        found.retain(|path| !path.starts_with("http/"));
        assert!(found.is_empty(), "network code outside of http/: {found:?}");
    }

    #[test]
    fn the_crates_below_the_sdk_are_those_of_performance_md() {
        let text = fs::read_to_string(workspace::root().join("docs/performance.md")).expect("docs/performance.md");
        let block = text.split("```crates\n").nth(1).and_then(|rest| rest.split("```").next()).expect("```crates");
        let documented: Vec<&str> = block.lines().collect();
        let (default, tls) = (crates_with(""), crates_with("tls"));
        assert!(default.len() <= MOST_CRATES, "{} crates", default.len());
        let more: Vec<&str> = tls.difference(&default).map(|package| name(package)).collect();
        let names: Vec<&str> = default.iter().map(|package| name(package)).collect();
        let found =
            [format!("{}: {}", names.len(), names.join(" ")), format!("tls, {} more: {}", more.len(), more.join(" "))];
        assert_eq!(found.as_slice(), documented, "docs/performance.md is on the right");
    }

    /// `NAME vVERSION` of each crate in the build of a tool, the SDK among them, and none that only the compiler runs.
    fn crates_with(features: &str) -> BTreeSet<String> {
        let tree = workspace::output_of(workspace::cargo(&[
            "tree",
            "--package",
            "candor",
            "--features",
            features,
            "--edges",
            "normal,no-proc-macro",
            // The list is of one platform, wherever the test runs.
            "--target",
            "x86_64-unknown-linux-gnu",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]));
        let package = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        tree.expect("cargo tree").lines().filter(|line| !line.is_empty()).map(package).collect()
    }

    fn name(package: &str) -> &str {
        package.split(' ').next().unwrap_or_default()
    }

    fn for_each_file(folder: &Path, act: &mut impl FnMut(&Path, &str)) {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                for_each_file(&entry, act);
            } else {
                act(&entry, &fs::read_to_string(&entry).expect("a source file"));
            }
        }
    }
}
