//! What git says about the source that is being built.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The commit that is checked out, abbreviated to 12 digits.
pub(crate) fn commit(directory: &Path) -> Option<String> {
    let commit = git(directory, &["rev-parse", "--short=12", "HEAD"])?;
    let is_commit = (7..=64).contains(&commit.len()) && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_commit.then_some(commit)
}

/// The files that change when another commit is checked out: `HEAD` when a branch is, `logs/HEAD` and the branch's own
/// file at a commit, `packed-refs` when branches are packed. Only those that exist: cargo builds again, each time, for
/// one that does not.
pub(crate) fn watched_files(directory: &Path) -> Vec<PathBuf> {
    let mut names = vec!["HEAD".to_owned(), "logs/HEAD".to_owned(), "packed-refs".to_owned()];
    names.extend(git(directory, &["symbolic-ref", "--quiet", "HEAD"]));
    let paths = names.iter().filter_map(|name| git(directory, &["rev-parse", "--git-path", name]));
    // Git answers with paths that are relative to the directory it ran in.
    paths.map(|path| directory.join(path)).filter(|path| path.is_file()).collect()
}

/// The one line that git answers, if it does.
fn git(directory: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(directory)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let output = output.ok().filter(|output| output.status.success())?;
    let line = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (!line.is_empty() && !line.contains('\n')).then_some(line)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may end here")]

    use std::{env, fs, process};

    use super::*;

    /// A directory that is removed in the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = env::temp_dir().join(format!("candor-build-{name}-{}", process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        /// Runs git here, as somebody without settings of their own.
        fn run(&self, arguments: &[&str]) {
            let mut command = Command::new("git");
            command
                .arg("-C")
                .arg(&self.0)
                .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
                .args(arguments);
            command.env("GIT_CONFIG_GLOBAL", "/dev/null").stdout(Stdio::null()).stderr(Stdio::null());
            assert!(command.status().unwrap().success(), "git {arguments:?}");
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_commit_changes_the_answer_and_a_watched_file() {
        let scratch = Scratch::new("commit");
        scratch.run(&["init", "--quiet", "-b", "main"]);
        scratch.run(&["commit", "--quiet", "--allow-empty", "-m", "first"]);
        let first = commit(&scratch.0).unwrap();
        assert_eq!(first.len(), 12);
        let watched = watched_files(&scratch.0);
        assert!(watched.contains(&scratch.0.join(".git/HEAD")));
        let contents = || watched.iter().map(|path| fs::read(path).unwrap()).collect::<Vec<_>>();
        let before = contents();
        scratch.run(&["commit", "--quiet", "--allow-empty", "-m", "second"]);
        assert_ne!(commit(&scratch.0).unwrap(), first);
        assert_ne!(contents(), before, "cargo would not notice the new commit");
    }

    #[test]
    fn another_branch_changes_a_watched_file() {
        let scratch = Scratch::new("branch");
        scratch.run(&["init", "--quiet", "-b", "main"]);
        scratch.run(&["commit", "--quiet", "--allow-empty", "-m", "first"]);
        let head = scratch.0.join(".git/HEAD");
        let before = fs::read(&head).unwrap();
        scratch.run(&["checkout", "--quiet", "-b", "other"]);
        assert_ne!(fs::read(&head).unwrap(), before);
        assert!(watched_files(&scratch.0).contains(&head));
    }

    #[test]
    fn outside_of_a_repository_there_is_no_commit_and_nothing_to_watch() {
        let scratch = Scratch::new("none");
        assert_eq!(commit(&scratch.0), None);
        assert_eq!(watched_files(&scratch.0), Vec::<PathBuf>::new());
        assert_eq!(commit(&scratch.0.join("missing")), None);
    }
}
