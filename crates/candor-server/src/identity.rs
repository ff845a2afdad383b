//! The secrets under which identifiers become hashes, and their end.
//!
//! A project that recognises installations for a day or a month has one secret at a time, drawn at random when the first
//! identifier of the period arrives, and kept in a file so that a restart goes on with it:
//!
//! ```text
//! identity/PROJECT     one line: POLICY PERIOD SECRET, such as `daily 20779 9f86d0…`
//! ```
//!
//! When the period is over the file is overwritten and removed, and no copy of the secret was ever anywhere else: not in the
//! catalog, whose log keeps what was deleted for a while. The period is that of the day on which an item arrives, not of the
//! one it tells about; so a secret need never be kept for those who come late.

use candor_store::{IdentityPolicy, Project};
use std::collections::HashMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A file that is longer is none of ours.
const MOST_FILE_BYTES: u64 = 200;

/// What identifiers of a project are hashed under; `None` where they are dropped.
pub(crate) type IdentityKey = Option<[u8; 32]>;

/// The secrets of the periods that are under way.
#[derive(Debug)]
pub(crate) struct Identities {
    dir: PathBuf,
    current: Mutex<HashMap<i64, Period>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Period {
    policy: IdentityPolicy,
    number: i32,
    secret: [u8; 32],
}

impl std::fmt::Debug for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.policy.as_str(), self.number)
    }
}

impl Identities {
    /// The secrets in a data directory; those of periods that are over on `day` are destroyed.
    ///
    /// # Errors
    /// When the folder of secrets cannot be made or read, or an old one not be removed.
    pub(crate) fn open(data: &Path, day: i32) -> io::Result<Self> {
        let dir = data.join("identity");
        DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
        sync_folder(&dir)?;
        let mut current = HashMap::new();
        for entry in fs::read_dir(&dir)? {
            let file = entry?.path();
            let project = file.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
            match project.zip(Period::read(&file)) {
                Some((project, period)) if period.is_on(day) => {
                    current.insert(project, period);
                }
                _ => destroy(&file)?,
            }
        }
        Ok(Self { dir, current: Mutex::new(current) })
    }

    /// What the project's identifiers are hashed under on this day.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub(crate) fn key(&self, project: &Project, day: i32) -> Result<IdentityKey, getrandom::Error> {
        let number = match project.identity {
            IdentityPolicy::Stable => return Ok(Some(project.secret)),
            policy => match policy.period(day) {
                Some(number) => number,
                None => return Ok(None),
            },
        };
        let mut current = self.current();
        // A request of the last moment before midnight may come here behind one of the first moment after it.
        let is_now = |known: &&Period| known.policy == project.identity && (0..=1).contains(&(known.number - number));
        let known = current.get(&project.id).filter(is_now);
        if let Some(known) = known {
            return Ok(Some(known.secret));
        }
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        let period = Period { policy: project.identity, number, secret };
        let file = self.file(project.id);
        if let Err(error) = destroy(&file).and_then(|()| period.write(&file)) {
            // Installations of before a restart would be new ones after it; to refuse their events would be worse.
            tracing::warn!(%error, "a secret of this period is in memory only");
        }
        current.insert(project.id, period);
        Ok(Some(secret))
    }

    /// Destroys the secrets of periods that are over on `day`.
    pub(crate) fn destroy_past(&self, day: i32) {
        self.current().retain(|project, period| {
            if period.is_on(day) {
                return true;
            }
            let destroyed = destroy(&self.file(*project));
            if let Err(error) = &destroyed {
                tracing::error!(%error, "a secret of a period that is over could not be destroyed; it is tried again");
            }
            destroyed.is_err()
        });
    }

    fn current(&self) -> MutexGuard<'_, HashMap<i64, Period>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, project: i64) -> PathBuf {
        self.dir.join(project.to_string())
    }
}

impl Period {
    fn is_on(&self, day: i32) -> bool {
        self.policy.period(day) == Some(self.number)
    }

    /// `None` where the file was cut off or holds something else; a new secret takes its place.
    fn read(file: &Path) -> Option<Self> {
        let kind = fs::symlink_metadata(file).ok()?;
        if !kind.is_file() || kind.len() > MOST_FILE_BYTES {
            return None;
        }
        let text = fs::read_to_string(file).ok()?;
        let mut words = text.split_ascii_whitespace();
        let policy = IdentityPolicy::from_name(words.next()?)?;
        let number = words.next()?.parse().ok()?;
        let digits = words.next().filter(|digits| digits.len() == 64 && digits.is_ascii())?;
        let mut secret = [0; 32];
        for (byte, digits) in secret.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self { policy, number, secret })
    }

    fn write(&self, file: &Path) -> io::Result<()> {
        let digits: String = self.secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let line = format!("{} {} {digits}\n", self.policy.as_str(), self.number);
        let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
        new.write_all(line.as_bytes())?;
        new.sync_all()?;
        sync_folder(file)
    }
}

/// Overwrites and removes a file. Where the disk writes what is changed to another place, its old place is free, and no file
/// of this directory.
fn destroy(file: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).open(file) {
        Ok(old) => overwrite(old)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(_) => {}
    }
    match fs::symlink_metadata(file)?.is_dir() {
        true => fs::remove_dir_all(file)?,
        false => fs::remove_file(file)?,
    }
    sync_folder(file)
}

fn overwrite(mut old: File) -> io::Result<()> {
    let length = usize::try_from(old.metadata()?.len().min(MOST_FILE_BYTES)).unwrap_or(0);
    old.write_all(&vec![0; length])?;
    old.sync_all()
}

fn sync_folder(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;
    use candor_store::{Catalog, NewProject, ProjectMode};

    const TODAY: i32 = 20_779;

    async fn projects(data: &Path) -> HashMap<IdentityPolicy, Project> {
        let catalog = Catalog::open(data).await.unwrap();
        let mut projects = HashMap::new();
        for identity in IdentityPolicy::ALL {
            let new = NewProject {
                name: identity.as_str().to_owned(),
                mode: ProjectMode::Open,
                manifest: None,
                identity: *identity,
            };
            projects.insert(*identity, catalog.create_project(new).await.unwrap().project);
        }
        projects
    }

    /// Whether a secret is in a file below the folder, as bytes or as digits.
    fn is_somewhere(secret: &[u8; 32], folder: &Path) -> bool {
        let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        fs::read_dir(folder).unwrap().flatten().any(|entry| {
            if entry.path().is_dir() {
                return is_somewhere(secret, &entry.path());
            }
            let bytes = fs::read(entry.path()).unwrap();
            bytes.windows(32).any(|window| window == secret)
                || bytes.windows(64).any(|window| window == digits.as_bytes())
        })
    }

    #[tokio::test]
    async fn each_policy_keeps_its_secret_for_its_period_also_over_a_restart() {
        let data = tempfile::tempdir().unwrap();
        let projects = projects(data.path()).await;
        let next_month = TODAY + 31;
        for (policy, days_with_the_same) in [
            (IdentityPolicy::Daily, &[TODAY][..]),
            (IdentityPolicy::Monthly, &[TODAY, TODAY + 1]),
            (IdentityPolicy::Stable, &[TODAY, TODAY + 1, next_month]),
        ] {
            let project = &projects[&policy];
            let first = Identities::open(data.path(), TODAY).unwrap().key(project, TODAY).unwrap();
            assert!(first.is_some());
            for day in [TODAY, TODAY + 1, next_month] {
                let again = Identities::open(data.path(), day).unwrap().key(project, day).unwrap();
                assert_eq!(again == first, days_with_the_same.contains(&day), "{policy:?} on {day}");
            }
        }
        let identities = Identities::open(data.path(), TODAY).unwrap();
        assert_eq!(identities.key(&projects[&IdentityPolicy::Drop], TODAY).unwrap(), None);
    }

    #[tokio::test]
    async fn after_its_period_a_secret_is_in_no_file() {
        let data = tempfile::tempdir().unwrap();
        let projects = projects(data.path()).await;
        let daily = &projects[&IdentityPolicy::Daily];
        let identities = Identities::open(data.path(), TODAY).unwrap();
        let on = |day| identities.key(daily, day).unwrap().unwrap();
        let first = on(TODAY);
        assert!(is_somewhere(&first, data.path()), "the search finds what is there");
        identities.destroy_past(TODAY);
        assert!(is_somewhere(&first, data.path()), "the day is not over");
        let second = on(TODAY + 1);
        assert!(
            !is_somewhere(&first, data.path()) && is_somewhere(&second, data.path()),
            "the next day's takes its place"
        );
        identities.destroy_past(TODAY + 2);
        assert!(!is_somewhere(&second, data.path()), "nobody came the day after");
        let third = on(TODAY + 2);
        assert_eq!(on(TODAY + 1), third, "a request that began before midnight takes the new one");
        drop(identities);
        Identities::open(data.path(), TODAY + 3).unwrap();
        assert!(!is_somewhere(&third, data.path()), "the collector was not there when the day ended");
    }

    #[tokio::test]
    async fn a_torn_file_is_replaced() {
        let data = tempfile::tempdir().unwrap();
        let projects = projects(data.path()).await;
        let daily = &projects[&IdentityPolicy::Daily];
        let identities = Identities::open(data.path(), TODAY).unwrap();
        let first = identities.key(daily, TODAY).unwrap();
        let file = identities.file(daily.id);
        for torn in ["", "daily", "daily 20779", "daily 20779 00ff", "weekly 1 00", &"x".repeat(1000)] {
            fs::write(&file, torn).unwrap();
            let identities = Identities::open(data.path(), TODAY).unwrap();
            assert!(!file.exists(), "{torn}");
            assert_ne!(identities.key(daily, TODAY).unwrap(), first);
        }
    }
}
