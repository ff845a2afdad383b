//! How records of one installation may be linked: not at all, within a month, or by a documented random id.

mod database;
mod file;
mod rotating;

use std::path::{Path, PathBuf};

use candor_wire::Timestamp;

pub(crate) use database::database_id;
pub use file::IdentityFile;
pub(crate) use file::{look, remove};

use crate::{
    declared::{Declaration, IdentityMode},
    random,
    spool::Spool,
    variables::{Lookup, absolute_path},
};

/// The file in the state directory that a rotating identity is made of. It never leaves the machine.
pub(crate) const SECRET: &str = "secret";

/// What goes into every record of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    link: Link,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Link {
    None,
    Monthly { application: &'static str, secret: String },
    Id(String),
}

impl Identity {
    /// No identity: no two records can be linked.
    pub(crate) fn none() -> Self {
        Self { link: Link::None }
    }

    /// The identity for what waits in this spool; none is made where there is nothing to carry it.
    pub(crate) fn for_upload(
        declaration: &Declaration,
        chosen: Option<IdentityMode>,
        spool: &Spool,
        lookup: Lookup<'_>,
    ) -> Self {
        if !spool.has_anything_to_send() {
            return Self::none();
        }
        Self::of(declaration, chosen, spool.directory(), lookup)
    }

    /// The identity that the manifest's mode gives, or the lower one that the user chose. Makes its file when there is
    /// none; where that is not possible, it holds for this run alone.
    pub(crate) fn of(
        declaration: &Declaration,
        chosen: Option<IdentityMode>,
        state_directory: &Path,
        lookup: Lookup<'_>,
    ) -> Self {
        let mode = lower(declaration.identity, chosen);
        let path = file_path(mode, state_directory, lookup);
        let throw_away = || random::uuid().map_or(Link::None, Link::Id);
        let link = match (mode, path) {
            (IdentityMode::None, _) => Link::None,
            (_, None) => throw_away(),
            (IdentityMode::Rotating, Some(path)) => match file::read_or_make(&path) {
                Some(secret) => Link::Monthly { application: declaration.application, secret },
                None => throw_away(),
            },
            (IdentityMode::Installation { .. }, Some(path)) => {
                file::read_or_make(&path).map_or_else(throw_away, Link::Id)
            }
        };
        Self { link }
    }

    /// What links the records of this day; `None` where nothing may.
    pub(crate) fn anonymous_id(&self, day: i32) -> Option<String> {
        match &self.link {
            Link::None => None,
            Link::Monthly { application, secret } => Some(rotating::id(secret, application, day)),
            Link::Id(id) => Some(id.clone()),
        }
    }

    /// The time of a record: cut to the hour where nothing may be linked, as the second of an event would link it.
    pub(crate) fn time(&self, time: Timestamp) -> Timestamp {
        if self.is_unlinkable() { time.start_of_hour() } else { time }
    }

    /// Whether no two records may be linked, so that their order must not say anything either.
    pub(crate) fn is_unlinkable(&self) -> bool {
        self.link == Link::None
    }
}

/// The manifest's mode, or the user's where that tells less.
pub(crate) fn lower(declared: IdentityMode, chosen: Option<IdentityMode>) -> IdentityMode {
    let rank = |mode: &IdentityMode| match mode {
        IdentityMode::None => 0,
        IdentityMode::Rotating => 1,
        IdentityMode::Installation { .. } => 2,
    };
    chosen.filter(|chosen| rank(chosen) < rank(&declared)).unwrap_or(declared)
}

/// The file that the identity of this mode is in: below the home directory, or `$CANDOR_HOME`, for the id that the
/// manifest names; in the state directory for a secret.
pub(crate) fn file_path(mode: IdentityMode, state_directory: &Path, lookup: Lookup<'_>) -> Option<PathBuf> {
    match mode {
        IdentityMode::None => None,
        IdentityMode::Rotating => Some(state_directory.join(SECRET)),
        IdentityMode::Installation { file } => {
            let base = absolute_path(lookup, "CANDOR_HOME").or_else(|| absolute_path(lookup, "HOME"));
            // An absolute path stays what it is.
            base.map(|base| base.join(file)).or_else(|| Path::new(file).is_absolute().then(|| PathBuf::from(file)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variables::of;

    #[test]
    fn the_user_can_choose_less_and_never_more() {
        let installation = IdentityMode::Installation { file: ".cq/id" };
        assert_eq!(lower(installation, Some(IdentityMode::None)), IdentityMode::None);
        assert_eq!(lower(installation, Some(IdentityMode::Rotating)), IdentityMode::Rotating);
        assert_eq!(lower(IdentityMode::None, Some(installation)), IdentityMode::None);
        assert_eq!(lower(IdentityMode::Rotating, None), IdentityMode::Rotating);
    }

    #[test]
    fn the_id_is_in_the_home_and_not_where_the_tool_was_started() {
        let path = |file, pairs: &[(&str, &str)]| {
            file_path(IdentityMode::Installation { file }, Path::new("/state"), &of(pairs))
        };
        assert_eq!(path(".cq/id", &[("HOME", "/home/me")]), Some("/home/me/.cq/id".into()));
        assert_eq!(path(".cq/id", &[("HOME", "/home/me"), ("CANDOR_HOME", "/c")]), Some("/c/.cq/id".into()));
        assert_eq!(path("/var/lib/tool/id", &[]), Some("/var/lib/tool/id".into()));
        assert_eq!(path(".cq/id", &[]), None);
    }
}
