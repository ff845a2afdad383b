//! What becomes of identifiers and of free text before anything is written.

use super::scrubber::{Scrubber, Versioned};
use crate::identity::IdentityKey;
use candor_privacy::installation_hash;
use candor_wire::segment::Sdk;
use candor_wire::sentry::{CrashReport, Exception, Frame, Image};
use candor_wire::{Attribute, Environment, Record, Shared, Value};
use std::collections::HashSet;

/// The longest version that is taken as it is; longer ones go through the scrubber.
const MAX_VERSION_BYTES: usize = 48;
/// SHA-256 in hexadecimal, with hyphens or an age.
const MAX_BUILD_ID_BYTES: usize = 80;
/// Names of SDKs are short; what is longer is somebody's text.
const MAX_SDK_BYTES: usize = 64;

/// The installation as a keyed hash. What the client says of a person is used only where it says nothing of the
/// installation.
pub(super) fn installation(secret: &IdentityKey, anonymous_id: Option<&str>, user_id: Option<&str>) -> Option<i64> {
    let secret = secret.as_ref()?;
    let hash = |id: Option<&str>| id.and_then(|id| installation_hash(secret, id));
    hash(anonymous_id).or_else(|| hash(user_id))
}

/// What rows have of whoever names themselves so.
pub(crate) fn installation_of(secret: &IdentityKey, id: &str) -> Option<i64> {
    installation(secret, Some(id), None)
}

/// The database as a keyed hash, made apart from that of an installation: one text never gives the same hash in both.
pub(super) fn database(secret: &IdentityKey, hash: Option<&str>) -> Option<i64> {
    installation_hash(secret.as_ref()?, &format!("database/{}", hash?))
}

/// The name and version of the library that sent an item.
pub(super) fn sdk(scrubber: &mut Scrubber, sdk: Sdk) -> (Option<String>, Option<String>) {
    let Sdk { name, version, .. } = sdk;
    let name = Some(scrubber.text(name)).filter(|name| !name.is_empty() && name.len() <= MAX_SDK_BYTES);
    let version =
        version.map(|version| scrub_version(scrubber, version)).filter(|version| version.len() <= MAX_SDK_BYTES);
    (name, version)
}

/// The same as rows have it.
pub(super) fn versioned(scrubber: &mut Scrubber, library: Sdk) -> Versioned {
    let (name, version) = sdk(scrubber, library);
    (name.map(Into::into), version.map(Into::into))
}

/// The record with every text scrubbed: names and keys as well as values.
pub(super) fn scrub_record(scrubber: &mut Scrubber, record: Record) -> Record {
    Record {
        name: scrubber.text(record.name),
        parent: record.parent.map(|text| scrubber.text(text)),
        error_class: record.error_class.map(|text| scrubber.text(text)),
        environment: scrub_environment(scrubber, &record.environment),
        attributes: scrub_attributes(scrubber, record.attributes),
        ..record
    }
}

/// The report with every text scrubbed. Where and in what it was made is said as the project took the record.
pub(super) fn scrub_report(scrubber: &mut Scrubber, report: CrashReport, record: &Record) -> CrashReport {
    let version = record.environment.version.clone();
    let package = report.release.and_then(|release| scrub_package(scrubber, release));
    let release = match (package, version) {
        (Some(package), Some(version)) => Some(format!("{package}@{version}")),
        (_, version) => version,
    };
    let (sdk, sdk_version) = report.sdk.map_or((None, None), |library| sdk(scrubber, library));
    let mut text = |text: String| scrubber.text(text);
    CrashReport {
        platform: text(report.platform),
        message: report.message.map(&mut text),
        exceptions: report
            .exceptions
            .into_iter()
            .map(|Exception { class, value, mechanism, handled }| Exception {
                class: text(class),
                value: value.map(&mut text),
                mechanism: mechanism.map(&mut text),
                handled,
            })
            .collect(),
        frames: report
            .frames
            .into_iter()
            .map(|frame| Frame {
                function: frame.function.map(&mut text),
                module: frame.module.map(&mut text),
                filename: frame.filename.map(&mut text),
                ..frame
            })
            .collect(),
        images: report
            .images
            .into_iter()
            .map(|image| Image {
                format: text(image.format),
                code_id: image.code_id.filter(|id| is_build_id(id)),
                debug_id: image.debug_id.filter(|id| is_build_id(id)),
                code_file: image.code_file.map(&mut text),
                ..image
            })
            .collect(),
        // The database's hash is in its column, as far as the identity policy keeps it.
        environment: Environment { database: None, ..(*record.environment).clone() },
        transaction: record.parent.clone(),
        release,
        sdk: sdk.map(|name| Sdk { name, version: sdk_version }),
        ..report
    }
}

/// The package of a release such as `inventory@1.4.0`; `None` where both are one thing to the scrubber: an address.
fn scrub_package(scrubber: &mut Scrubber, release: String) -> Option<String> {
    let package = scrubber.text(release.rsplit_once('@')?.0.to_owned());
    let whole = scrubber.text(release);
    whole.strip_prefix(&package).is_some_and(|version| version.starts_with('@')).then_some(package)
}

/// A build id looks like a secret, and in this place it is what symbols are found by.
fn is_build_id(text: &str) -> bool {
    text.len() <= MAX_BUILD_ID_BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn scrub_environment(scrubber: &mut Scrubber, environment: &Shared<Environment>) -> Shared<Environment> {
    scrubber.environment(environment, scrub_texts_of)
}

fn scrub_texts_of(scrubber: &mut Scrubber, environment: Environment) -> Environment {
    let Environment {
        version,
        commit,
        built,
        channel,
        os,
        os_version,
        arch,
        runtime,
        ci,
        container,
        interactive,
        agent,
        database,
    } = environment;
    Environment {
        version: version.map(|version| scrub_version(scrubber, version)),
        commit: commit.map(|commit| if is_commit(&commit) { commit } else { scrubber.text(commit) }),
        built: built.map(|version| scrub_version(scrubber, version)),
        channel: channel.map(|text| scrubber.text(text)),
        os: os.map(|text| scrubber.text(text)),
        os_version: os_version.map(|version| scrub_version(scrubber, version)),
        arch: arch.map(|text| scrubber.text(text)),
        runtime: runtime.map(|text| scrubber.text(text)),
        ci: ci.map(|text| scrubber.text(text)),
        container,
        interactive,
        agent: agent.map(|text| scrubber.text(text)),
        // 16 hexadecimal digits, which are hashed before they are stored.
        database,
    }
}

/// A version of four numbers looks like an address, and in this place it is a version.
fn scrub_version(scrubber: &mut Scrubber, version: String) -> String {
    let is_version = version.len() <= MAX_VERSION_BYTES
        && version.trim_start_matches('v').starts_with(|first: char| first.is_ascii_digit())
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b'_'));
    if is_version { version } else { scrubber.text(version) }
}

/// 40 hexadecimal digits look like a secret, and in this place they are a commit.
fn is_commit(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn scrub_attributes(scrubber: &mut Scrubber, attributes: Vec<Attribute>) -> Vec<Attribute> {
    let mut renamed = false;
    let mut scrubbed_attributes: Vec<Attribute> = attributes
        .into_iter()
        .map(|Attribute { name, value }| {
            let before = name.len();
            let name = scrubber.text(name);
            renamed |= name.len() != before;
            Attribute { name, value: scrub_value(scrubber, value) }
        })
        .collect();
    if renamed {
        // Two names may have become one; the first is kept.
        let mut seen = HashSet::new();
        scrubbed_attributes.retain(|attribute| seen.insert(attribute.name.clone()));
    }
    scrubbed_attributes
}

fn scrub_value(scrubber: &mut Scrubber, value: Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(scrubber.text(text)),
        Value::Json(json) => Value::Json(scrub_json(scrubber, json)),
        other => other,
    }
}

/// A document is scrubbed text by text: its escapes would hide things from the scrubber, and what the scrubber writes
/// would not be JSON.
fn scrub_json(scrubber: &mut Scrubber, json: String) -> String {
    match serde_json::from_str::<serde_json::Value>(&json) {
        Ok(mut document) => {
            scrub_document(scrubber, &mut document);
            document.to_string()
        }
        // The decoder wrote it, so it is JSON; if ever not, nothing of it is kept.
        Err(_) => "null".to_owned(),
    }
}

fn scrub_document(scrubber: &mut Scrubber, document: &mut serde_json::Value) {
    match document {
        serde_json::Value::String(text) => {
            *text = scrubber.text(std::mem::take(text));
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(|value| scrub_document(scrubber, value)),
        serde_json::Value::Object(members) => {
            for (name, mut value) in std::mem::take(members) {
                scrub_document(scrubber, &mut value);
                members.insert(scrubber.text(name), value);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_wire::{Kind, Timestamp};

    const EMAIL: &str = "jane.doe@example.com";

    fn record_with(attributes: &[(&str, Value)]) -> Record {
        let mut record = Record::new(Kind::Track, "search", Timestamp::from_micros(0));
        let attributes =
            attributes.iter().map(|(name, value)| Attribute { name: (*name).to_owned(), value: value.clone() });
        record.attributes = attributes.collect();
        record
    }

    #[test]
    fn no_text_of_a_foreign_record_keeps_an_address() {
        let text = || Some(format!("x {EMAIL} y"));
        let escaped = r#"{"a": ["jane.doe\u0040example.com"], "jane.doe@example.com": {"b": 1}}"#;
        let mut record = record_with(&[
            ("query", Value::Text(format!("from {EMAIL}"))),
            (EMAIL, Value::Integer(1)),
            ("nested", Value::Json(escaped.to_owned())),
        ]);
        record.name = format!("mail {EMAIL}");
        record.parent = text();
        record.error_class = text();
        record.environment = Environment {
            version: text(),
            commit: text(),
            built: text(),
            channel: text(),
            os: text(),
            os_version: text(),
            arch: text(),
            runtime: text(),
            ci: text(),
            container: None,
            interactive: None,
            agent: text(),
            database: None,
        }
        .into();
        let clean = format!("{:?}", scrub_record(&mut Scrubber::default(), record));
        assert!(!clean.contains("jane") && !clean.contains("example.com"), "{clean}");
        assert_eq!(clean.matches("x ").count(), 12, "the rest of each text is kept: {clean}");
    }

    #[test]
    fn a_release_that_is_an_address_has_no_package() {
        let package = |release: &str| scrub_package(&mut Scrubber::default(), release.to_owned());
        assert_eq!(package(EMAIL), None);
        assert_eq!(package("1.4.0"), None);
        for release in
            ["inventory@1.4.0", "inventory@5f0c9e1a2b3c4d5e6f708192a3b4c5d6e7f80912", "inventory@example.com@2"]
        {
            assert!(package(release).is_some_and(|package| !package.contains("example")), "{release}");
        }
    }

    #[test]
    fn versions_and_commits_are_not_taken_for_addresses_and_secrets() {
        let mut record = record_with(&[]);
        record.environment.version = Some("1.2.3.4".to_owned());
        record.environment.os_version = Some("10.0.19045".to_owned());
        record.environment.commit = Some("5f0c9e1a2b3c4d5e6f708192a3b4c5d6e7f80912".to_owned());
        assert_eq!(scrub_record(&mut Scrubber::default(), record.clone()), record);
    }

    #[test]
    fn names_that_become_one_keep_the_first_value() {
        let record = record_with(&[(EMAIL, Value::Integer(1)), ("john@example.com", Value::Integer(2))]);
        let attributes = scrub_record(&mut Scrubber::default(), record).attributes;
        assert_eq!(attributes.len(), 1);
        assert_eq!(attributes[0].value, Value::Integer(1));
    }

    #[test]
    fn an_installation_is_the_same_for_the_same_id_and_another_in_another_project() {
        let (one, other) = (Some([1; 32]), Some([2; 32]));
        let id = Some("a6e0ba8a-6f2b-4a46-9a0b-0f0f0f0f0f0f");
        assert!(installation(&one, id, None).is_some());
        assert_eq!(installation(&one, id, None), installation(&one, id, Some("jane")));
        assert_ne!(installation(&one, id, None), installation(&other, id, None));
        assert_eq!(installation(&one, Some("anonymous"), None), None);
        assert_eq!(installation(&one, None, id), installation(&one, id, None));
        assert!(database(&one, id).is_some());
        assert_ne!(database(&one, id), installation(&one, id, None));
        assert_ne!(database(&one, id), database(&other, id));
        assert_eq!(database(&one, None), None);
        assert_eq!((installation(&None, id, id), database(&None, id)), (None, None), "dropped by the policy");
    }
}
