//! Source files as their packages know them: where somebody has built a program says who did.

/// Whose code a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Rust's own libraries.
    Std,
    /// A package that the tool depends on.
    Dependency,
    /// The tool's, as far as its path says.
    Tool,
}

/// Where a file lies in its package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// `src/fetch.rs`, `serde-1.0.228/src/lib.rs`, `library/core/src/option.rs`.
    pub(super) file: String,
    pub(super) origin: Origin,
}

impl Source {
    /// Reads a path as the compiler wrote it, absolute or not.
    pub(super) fn of(path: &str) -> Self {
        let parts = parts(path);
        let after = |marks: &[&str]| {
            let at = parts.windows(marks.len()).rposition(|window| window == marks);
            at.map(|at| &parts[at + marks.len()..])
        };
        // As Rust's libraries are built by its project, with what they depend on, and as they are installed.
        let is_std = [&["", "rustc"][..], &["", "rust", "deps"], &["lib", "rustlib", "src"]];
        if is_std.iter().any(|marks| after(marks).is_some()) {
            let file = parts.iter().rposition(|part| *part == "library").unwrap_or(parts.len() - 1);
            return Self { file: parts[file..].join("/"), origin: Origin::Std };
        }
        // `registry/src/INDEX/serde-1.0.228/…`, `git/checkouts/NAME-HASH/REVISION/…`, `vendor/serde/…`
        let package = after(&["registry", "src"]).and_then(|rest| Some(rest.get(1..)?.join("/")));
        let package = package.or_else(|| checkout(after(&["git", "checkouts"])?));
        match package.or_else(|| Some(after(&["vendor"])?.join("/"))) {
            Some(file) => Self { file, origin: Origin::Dependency },
            None => Self { file: within_package(&parts), origin: Origin::Tool },
        }
    }
}

/// The directories of a path and its file, without `.` and `..`.
fn parts(path: &str) -> Vec<&str> {
    let mut parts = Vec::with_capacity(16);
    for part in path.split(is_separator) {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    if parts.is_empty() { vec![""] } else { parts }
}

fn is_separator(sign: char) -> bool {
    matches!(sign, '/' | '\\')
}

/// From the package's directory of code on, and the file alone where there is none.
fn within_package(parts: &[&str]) -> String {
    let last = |name: &str| parts.iter().rposition(|part| *part == name);
    // What a build script wrote lies below `target/PROFILE/build/NAME-HASH/out`.
    let generated = last("out").filter(|_| last("build").is_some());
    let root =
        generated.or_else(|| last("src")).or_else(|| ["tests", "examples", "benches"].into_iter().find_map(last));
    parts[root.unwrap_or(parts.len() - 1)..].join("/")
}

/// `NAME-HASH/REVISION/src/lib.rs` as `NAME/src/lib.rs`.
fn checkout(parts: &[&str]) -> Option<String> {
    let [name, _revision, file @ ..] = parts else { return None };
    let name = name.rfind('-').map_or(*name, |at| &name[..at]);
    Some(format!("{name}/{}", file.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_as_its_package_knows_it() {
        for (path, file, origin) in [
            ("/home/ada/work/tool/crates/fetch/src/lib.rs", "src/lib.rs", Origin::Tool),
            ("/home/ada/src/tool/src/fetch/mod.rs", "src/fetch/mod.rs", Origin::Tool),
            ("crates/candor/examples/fixture.rs", "examples/fixture.rs", Origin::Tool),
            ("src/main.rs", "src/main.rs", Origin::Tool),
            ("../shared/src/./x/../lib.rs", "src/lib.rs", Origin::Tool),
            (r"C:\Users\Ada Lovelace\tool\src\main.rs", "src/main.rs", Origin::Tool),
            ("/home/ada/secret-project.rs", "secret-project.rs", Origin::Tool),
            ("/home/ada/src/tool/target/debug/build/tool-0a1b/out/rules.rs", "out/rules.rs", Origin::Tool),
            ("/rustc/59807616/library/core/src/option.rs", "library/core/src/option.rs", Origin::Std),
            ("/rustc/5980/library/std/src/../../backtrace/src/lib.rs", "library/backtrace/src/lib.rs", Origin::Std),
            (
                "/home/ada/.rustup/toolchains/x/lib/rustlib/src/rust/library/std/src/fs.rs",
                "library/std/src/fs.rs",
                Origin::Std,
            ),
            ("/rust/deps/hashbrown-0.16.1/src/map.rs", "map.rs", Origin::Std),
            (
                "/home/ada/.cargo/registry/src/index.crates.io-1949cf8c/serde-1.0.228/src/lib.rs",
                "serde-1.0.228/src/lib.rs",
                Origin::Dependency,
            ),
            (
                "/home/ada/.cargo/git/checkouts/some-crate-0a1b2c/5f0c9e1/src/lib.rs",
                "some-crate/src/lib.rs",
                Origin::Dependency,
            ),
            ("vendor/serde/src/lib.rs", "serde/src/lib.rs", Origin::Dependency),
            ("", "", Origin::Tool),
        ] {
            assert_eq!(Source::of(path), Source { file: file.to_owned(), origin }, "{path}");
        }
    }
}
