//! What a tool says of itself to whoever looks at this computer: `tool.json` in its state directory.
//!
//! ```text
//! {"application":"inventory","version":"1.4.0","docs":"https://…","endpoint":"https://…","consent":"on",
//!  "flags":["--no-telemetry"],"variables":["INVENTORY_NO_TELEMETRY"],"level_variable":"INVENTORY_TELEMETRY_LEVEL",
//!  "identity":"installation","identity_file":"/home/me/.inventory/id"}
//! ```
//!
//! `candor status` reads it. The tool itself never does: what it goes by is compiled into it.

use std::{io, path::Path, time::Duration};

use candor_wire::json;

use crate::{
    declared::{ConsentDeclaration, Declaration, DefaultConsent, IdentityMode, NonInteractive, Release},
    identity, regular_file, state,
    variables::Lookup,
};

pub(crate) const FILE: &str = "tool.json";

/// Many times what a tool writes; nobody can make `candor status` read a huge file.
const MAX_BYTES: u64 = 64 * 1024;

/// Writes the file where there is none: one system call where there is one.
pub(crate) fn write_if_missing(declaration: &Declaration, directory: &Path, lookup: Lookup<'_>) {
    if !directory.join(FILE).exists() {
        write_if_other(declaration, directory, lookup);
    }
}

/// Writes the file where it does not say this yet. Where it cannot be written, `candor status` shows less.
pub(crate) fn write_if_other(declaration: &Declaration, directory: &Path, lookup: Lookup<'_>) {
    let text = encode(declaration, directory, lookup);
    if regular_file::read(&directory.join(FILE), MAX_BYTES).ok().as_deref() != Some(text.as_bytes()) {
        let _ = state::replace(directory, FILE, text.as_bytes());
    }
}

fn encode(declaration: &Declaration, directory: &Path, lookup: Lookup<'_>) -> String {
    let Declaration { application, docs, endpoint, consent, identity, release, .. } = declaration;
    let mut text = String::new();
    let mut object = json::Object::begin(&mut text);
    object.text("application", application);
    object.text("version", release.version);
    object.text("docs", docs);
    object.text("endpoint", endpoint);
    object.text("consent", consent.default.as_str());
    list(object.member("flags"), consent.flags);
    list(object.member("variables"), consent.variables);
    object.optional("level_variable", consent.level_variable);
    object.text("identity", identity.as_str());
    if let IdentityMode::Installation { file } = identity {
        let path = identity::file_path(*identity, directory, lookup);
        object.text("identity_file", path.as_deref().and_then(Path::to_str).unwrap_or(file));
    }
    object.end();
    text.push('\n');
    text
}

fn list(out: &mut String, texts: &[&str]) {
    out.push('[');
    for (position, text) in texts.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        json::text(out, text);
    }
    out.push(']');
}

/// What the file in this directory says, as far as it is known there: what a tool records is not. `None` where there is
/// no such file.
///
/// What it says lives as long as the process: a declaration is made of texts that do. So this is for commands, which look
/// at a few tools once and end.
///
/// # Errors
/// `InvalidData` when it says something else, and whatever the file system says.
pub(crate) fn read(directory: &Path) -> io::Result<Option<Declaration>> {
    let Some(text) = text(directory)? else { return Ok(None) };
    decode(&text).map(Some).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Whether the file in this directory, if there is one, is what a tool writes.
pub(crate) fn is_sound(directory: &Path) -> bool {
    text(directory).is_ok_and(|text| text.is_none_or(|text| json::is_value(text.trim())))
}

fn text(directory: &Path) -> io::Result<Option<String>> {
    match regular_file::read_text(&directory.join(FILE), MAX_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    }
}

fn decode(text: &str) -> Option<Declaration> {
    let optional = |name| json::read_text(json::member(text, name)?).map(|text| &*text.leak());
    let list = |name| {
        let items = json::items(json::member(text, name)?)?;
        items.into_iter().map(|item| Some(&*json::read_text(item)?.leak())).collect::<Option<Vec<&'static str>>>()
    };
    let identity = match optional("identity")? {
        "none" => IdentityMode::None,
        "rotating" => IdentityMode::Rotating,
        "installation" => IdentityMode::Installation { file: optional("identity_file")? },
        _ => return None,
    };
    let consent = optional("consent")?;
    let known = named(&json::read_text(json::member(text, "application")?)?);
    Some(Declaration {
        endpoint: optional("endpoint")?,
        docs: optional("docs")?,
        consent: ConsentDeclaration {
            default: DefaultConsent::ALL.into_iter().find(|default| default.as_str() == consent)?,
            flags: list("flags")?.leak(),
            variables: list("variables")?.leak(),
            level_variable: optional("level_variable"),
            ..known.consent
        },
        identity,
        release: Release { version: optional("version")?, ..known.release },
        ..known
    })
}

/// The declaration of a tool of which only the name is known. It lives as long as the process, as in [`read`].
pub(crate) fn named(application: &str) -> Declaration {
    Declaration {
        application: application.to_owned().leak(),
        endpoint: "",
        write_key: "",
        docs: "",
        sentry_dsn: None,
        consent: ConsentDeclaration {
            default: DefaultConsent::Off,
            flags: &[],
            variables: &[],
            level_variable: None,
            notice: "",
            non_interactive: NonInteractive::Local,
            question: None,
        },
        identity: IdentityMode::None,
        database_id: false,
        upload_interval: Duration::ZERO,
        inspect: None,
        crash: None,
        actives: None,
        collects: &[],
        slots: 0,
        release: Release { version: "", commit: None, built: None, channel: None },
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use std::fs;

    use super::*;
    use crate::variables::of;

    fn declaration() -> Declaration {
        let example = r#"{"application":"tool","version":"1.4.0","docs":"https://example.org/\"docs\"","endpoint":"https://e",
            "consent":"ask","flags":["--no-telemetry"],"variables":["A","B"],"level_variable":"L","identity":"installation",
            "identity_file":".tool/id"}"#;
        decode(example).unwrap()
    }

    #[test]
    fn what_a_tool_says_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let lookup = of(&[("HOME", "/home/me")]);
        assert!(read(directory.path()).unwrap().is_none());
        write_if_missing(&declaration(), directory.path(), &lookup);
        let read = read(directory.path()).unwrap().unwrap();
        assert_eq!((read.application, read.docs), ("tool", "https://example.org/\"docs\""));
        assert_eq!((read.consent.flags, read.consent.variables), (&["--no-telemetry"][..], &["A", "B"][..]));
        assert_eq!((read.consent.default, read.consent.level_variable), (DefaultConsent::Ask, Some("L")));
        assert_eq!(read.identity, IdentityMode::Installation { file: "/home/me/.tool/id" });
    }

    #[test]
    fn it_is_written_anew_when_it_says_something_else_and_only_then() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        let next = Declaration {
            release: Release { version: "1.5.0", commit: None, built: None, channel: None },
            ..declaration()
        };
        let lookup = of(&[]);
        write_if_other(&declaration(), directory.path(), &lookup);
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        write_if_other(&declaration(), directory.path(), &lookup);
        write_if_missing(&next, directory.path(), &lookup);
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
        write_if_other(&next, directory.path(), &lookup);
        assert_eq!(read(directory.path()).unwrap().unwrap().release.version, "1.5.0");
    }

    #[test]
    fn what_no_tool_wrote_is_an_error_and_no_panic() {
        let directory = tempfile::tempdir().unwrap();
        let whole = encode(&declaration(), directory.path(), &of(&[("HOME", "/h")]));
        for cut in 0..whole.len() - 2 {
            assert!(decode(&whole[..cut]).is_none(), "{cut}");
        }
        for text in ["", "{}", "[]", "null", "\0", r#"{"application":1}"#, &whole.replace("installation", "stable")] {
            fs::write(directory.path().join(FILE), text).unwrap();
            assert_eq!(read(directory.path()).unwrap_err().kind(), io::ErrorKind::InvalidData, "{text}");
        }
        assert!(is_sound(directory.path()), "JSON of another kind");
        fs::write(directory.path().join(FILE), &whole[..40]).unwrap();
        assert!(!is_sound(directory.path()));
        fs::remove_file(directory.path().join(FILE)).unwrap();
        fs::create_dir(directory.path().join(FILE)).unwrap();
        assert!(read(directory.path()).is_err());
    }
}
