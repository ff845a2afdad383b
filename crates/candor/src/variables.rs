//! The only place of the SDK that reads the process's environment.

use std::{env, ffi::OsString, path::PathBuf};

/// Reads an environment variable; tests pass one that reads a list instead.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The value of a variable of this process.
#[expect(clippy::disallowed_methods, reason = "the one place")]
pub(crate) fn process(name: &str) -> Option<OsString> {
    env::var_os(name)
}

/// The absolute path that a variable names. The XDG rules say that a relative one is to be ignored, and so does this.
pub(crate) fn absolute_path(lookup: Lookup<'_>, name: &str) -> Option<PathBuf> {
    lookup(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// The text of a variable, trimmed; `None` when it is not set, empty or not UTF-8.
pub(crate) fn text(lookup: Lookup<'_>, name: &str) -> Option<String> {
    let value = lookup(name)?.into_string().ok()?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
pub(crate) fn of<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<OsString> + 'a {
    move |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
}
