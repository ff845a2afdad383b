//! A real tool with a build script, built by cargo in a repository of its own.
#![expect(clippy::unwrap_used, reason = "a test may end here")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command, Output},
};

/// The tool's sources: it prints what the build script told the compiler.
const MAIN: &str = r#"fn main() {
    let (version, commit) = (option_env!("CANDOR_VERSION"), option_env!("CANDOR_COMMIT"));
    println!("{version:?} {commit:?} {:?} {:?}", option_env!("CANDOR_BUILT"), option_env!("CANDOR_CHANNEL"));
}"#;

struct Tool(PathBuf);

impl Tool {
    fn new(name: &str) -> Self {
        let directory = env::temp_dir().join(format!("candor-build-{name}-{}", process::id()));
        fs::create_dir_all(directory.join("src")).unwrap();
        let library = Path::new(env!("CARGO_MANIFEST_DIR")).display();
        let manifest = format!(
            "[package]\nname = \"tool\"\nversion = \"1.2.3\"\nedition = \"2024\"\n\
             [build-dependencies]\ncandor-build = {{ path = {:?} }}\n[workspace]\n",
            library.to_string()
        );
        fs::write(directory.join("Cargo.toml"), manifest).unwrap();
        fs::write(directory.join("build.rs"), "fn main() { candor_build::emit(); }").unwrap();
        fs::write(directory.join("src/main.rs"), MAIN).unwrap();
        Self(directory)
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.0).args(["-c", "user.name=a", "-c", "user.email=a@example.org"]).args(arguments);
        let output = command.env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self) -> String {
        self.git(&["commit", "--quiet", "--allow-empty", "-m", "a commit"]);
        self.git(&["rev-parse", "HEAD"])[..12].to_owned()
    }

    /// Builds and runs the tool with these variables; what it printed, and whether cargo had to compile it.
    fn run(&self, variables: &[(&str, &str)]) -> (String, bool) {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["run", "--offline"]).current_dir(&self.0).env("CARGO_TARGET_DIR", self.0.join("target"));
        for name in ["CANDOR_BUILD_VERSION", "CANDOR_BUILD_COMMIT", "CANDOR_BUILD_CHANNEL", "RUSTFLAGS"] {
            cargo.env_remove(name);
        }
        let Output { status, stdout, stderr } =
            cargo.env("SOURCE_DATE_EPOCH", "1795312499").envs(variables.iter().copied()).output().unwrap();
        let stderr = String::from_utf8_lossy(&stderr);
        assert!(status.success(), "{stderr}");
        (String::from_utf8(stdout).unwrap().trim().to_owned(), stderr.contains("Compiling tool"))
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_tool_knows_its_release_and_is_built_again_when_that_changes() {
    let tool = Tool::new("release");
    let unversioned = (r#"Some("1.2.3") None Some("2026-11-22") None"#.to_owned(), true);
    assert_eq!(tool.run(&[]), unversioned, "outside of a repository there is no commit");

    tool.git(&["init", "--quiet", "-b", "main"]);
    let first = tool.commit();
    fs::write(tool.0.join("src/main.rs"), format!("{MAIN}\n")).unwrap();
    let of_first = format!(r#"Some("1.2.3") Some("{first}") Some("2026-11-22") None"#);
    assert_eq!(tool.run(&[]), (of_first.clone(), true));
    assert_eq!(tool.run(&[]), (of_first, false), "nothing changed");

    let second = tool.commit();
    assert_ne!(first, second, "commits differ by their parent");
    assert_eq!(tool.run(&[]), (format!(r#"Some("1.2.3") Some("{second}") Some("2026-11-22") None"#), true));

    let packaged = [
        ("CANDOR_BUILD_VERSION", "1.4.0"),
        ("CANDOR_BUILD_COMMIT", "5f0c9e1ab2c3"),
        ("CANDOR_BUILD_CHANNEL", "homebrew"),
        ("SOURCE_DATE_EPOCH", "0"),
    ];
    let said = r#"Some("1.4.0") Some("5f0c9e1ab2c3") Some("1970-01-01") Some("homebrew")"#;
    assert_eq!(tool.run(&packaged), (said.to_owned(), true));
}
