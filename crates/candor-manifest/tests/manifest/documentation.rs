//! `docs/manifest.md` describes what is implemented.

use candor_manifest::{Manifest, name::RESERVED};

const DOCUMENT: &str = include_str!("../../../../docs/manifest.md");

/// What a manifest needs beside the sections that an example shows.
const APPLICATION: &str = r#"
[application]
name = "example"
contact = "privacy@example.org"
endpoint = "https://telemetry.example.org"
write_key = "key"
docs = "https://example.org"
sentry_dsn = "https://key@telemetry.example.org/1"
"#;
const CONSENT: &str = r#"
[consent]
default = "on"
variables = ["EXAMPLE_NO_TELEMETRY"]
"#;

fn examples() -> Vec<&'static str> {
    DOCUMENT.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn every_example_is_a_manifest() {
    let examples = examples();
    assert!(examples.len() >= 3);
    for example in examples {
        let mut text = example.to_owned();
        for (section, missing) in [("[application]", APPLICATION), ("[consent]", CONSENT)] {
            if !example.contains(section) {
                text.push_str(missing);
            }
        }
        Manifest::parse(&text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    }
}

/// All of them as one manifest.
fn whole_example() -> Manifest {
    let identity = "[identity]\nmode = \"none\"\n";
    let whole = examples().join("\n").replacen(identity, "", 1).replace("\"local\"", "\"notice\"");
    Manifest::parse(&whole).unwrap_or_else(|problems| panic!("{problems}\n{whole}"))
}

#[test]
fn what_a_user_agrees_to_is_described_as_it_is() {
    let lines = whole_example().collects();
    let described: Vec<&str> =
        DOCUMENT.split("```text\n").skip(1).flat_map(|rest| rest.split("\n```").next()).collect();
    let of_records =
        |line: &&String| ["count.", "component.", "error.", "lifecycle."].iter().any(|kind| line.starts_with(kind));
    let (operation, other): (Vec<&String>, Vec<&String>) =
        lines.iter().filter(|line| !of_records(line)).partition(|line| line.starts_with("operation."));
    let block = |lines: Vec<&String>| lines.into_iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    assert_eq!(described, [block(operation), block(other)]);
}

#[test]
fn every_code_of_the_collector_is_described() {
    use candor_manifest::{DropReason, Refusal};
    let codes =
        [Refusal::UndeclaredRecord.code(), DropReason::UndeclaredProperty.code(), DropReason::WrongValue.code()];
    for code in codes {
        assert!(DOCUMENT.contains(&format!("`{code}`")), "{code}");
    }
}

#[test]
fn no_reserved_word_is_a_field_of_an_example() {
    for word in RESERVED {
        assert!(!DOCUMENT.contains(&format!("\n{word} = {{")), "{word}");
    }
}
