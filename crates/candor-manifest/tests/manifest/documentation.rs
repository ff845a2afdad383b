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
