//! The only place of the SDK that reads the process's environment.

use std::{env, ffi::OsString, path::PathBuf};

use candor_privacy::{Known, is_secret_name};

use crate::text::trimmed;

/// Reads an environment variable; tests pass one that reads a list instead.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The value of a variable of this process.
#[expect(clippy::disallowed_methods, reason = "the one place")]
pub(crate) fn process(name: &str) -> Option<OsString> {
    env::var_os(name)
}

/// Every variable of this process, for another process to inherit.
#[cfg(feature = "upload")]
#[expect(clippy::disallowed_methods, reason = "the one place")]
pub(crate) fn all() -> env::VarsOs {
    env::vars_os()
}

/// The absolute path that a variable names. The XDG rules say that a relative one is to be ignored, and so does this.
pub(crate) fn absolute_path(lookup: Lookup<'_>, name: &str) -> Option<PathBuf> {
    lookup(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// The text of a variable, trimmed; `None` when it is not set, empty or not UTF-8.
pub(crate) fn text(lookup: Lookup<'_>, name: &str) -> Option<String> {
    let value = lookup(name)?.into_string().ok()?;
    let value = trimmed(&value);
    (!value.is_empty()).then(|| value.to_owned())
}

/// What this process must not say of itself: the machine's name, the home directory, and the values of variables whose
/// names sound secret.
#[expect(clippy::disallowed_methods, reason = "the one place")]
pub(crate) fn known() -> Known {
    let mut known = Known::default();
    known.host(&rustix::system::uname().nodename().to_string_lossy());
    for (name, value) in env::vars_os() {
        learn(&mut known, &name.to_string_lossy(), &value.to_string_lossy());
    }
    known
}

fn learn(known: &mut Known, name: &str, value: &str) {
    match name {
        "HOME" | "USERPROFILE" => known.home(value),
        "HOSTNAME" | "COMPUTERNAME" => known.host(value),
        _ if is_secret_name(name) => known.secret(value),
        _ => {}
    }
}

#[cfg(test)]
pub(crate) fn of<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<OsString> + 'a {
    move |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
}

#[cfg(test)]
mod tests {
    use candor_privacy::scrub_knowing;

    use super::*;

    #[test]
    fn what_the_environment_calls_secret_is_known_and_what_it_does_not_is_not() {
        let mut known = Known::default();
        for (name, value) in
            [("HOME", "/srv/ada"), ("HOSTNAME", "lovelace"), ("API_TOKEN", "hunter2"), ("EDITOR", "emacs")]
        {
            learn(&mut known, name, value);
        }
        let text = "emacs /srv/ada/x on lovelace with hunter2";
        assert_eq!(scrub_knowing(text, &known), "emacs <home>/x on <host> with <secret>");
    }

    #[test]
    fn this_machine_knows_its_own_name() {
        let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let text = format!("at {name}: down");
        // A very short name is a word like others.
        let expected = if name.len() < 4 || name == "localhost" { text.as_str() } else { "at <host>: down" };
        assert_eq!(scrub_knowing(&text, &known()), expected);
    }
}
