//! The JSON that the collector stores.

use candor_manifest::{Manifest, template};
use proptest::prelude::*;

use crate::example::{TEXT, manifest};

#[test]
fn what_is_stored_is_read_again_in_the_same_order() {
    for manifest in [manifest(), Manifest::parse(template()).unwrap()] {
        let stored = manifest.to_json().to_string();
        let read = Manifest::from_json(&serde_json::from_str(&stored).unwrap()).unwrap();
        assert_eq!(read, manifest);
        assert_eq!(read.to_json(), manifest.to_json());
    }
}

#[test]
fn json_is_checked_like_toml() {
    let mut json = manifest().to_json();
    json["operation"][0]["fields"][0]["type"] = "string".into();
    json["consent"]["defualt"] = "on".into();
    let problems = Manifest::from_json(&json).unwrap_err();
    insta::assert_snapshot!(problems.render("manifest.json"));
}

/// Manifests were stored with an empty object where nothing is to be inspected.
#[test]
fn an_empty_inspect_says_nothing() {
    let mut json = manifest().to_json();
    json["inspect"] = serde_json::json!({});
    assert_eq!(Manifest::from_json(&json).unwrap().inspect, None);
}

#[test]
fn json_that_is_no_manifest_is_refused() {
    for text in ["null", "[]", "1", "{}", r#"{"application": null}"#, r#"{"operation": [{"name": 1}]}"#] {
        assert!(Manifest::from_json(&serde_json::from_str(text).unwrap()).is_err(), "{text}");
    }
    let mut json = manifest().to_json();
    json["operation"][1]["name"] = "fetch".into();
    let problems = Manifest::from_json(&json).unwrap_err();
    assert_eq!(problems.as_slice()[0].message, "`fetch` stands twice in a list");
}

proptest! {
    #[test]
    fn any_cut_of_a_manifest_is_read_or_refused_without_a_panic(from in 0..TEXT.len(), length in 0..400_usize) {
        let mut text = TEXT.to_owned();
        text.replace_range(from..(from + length).min(TEXT.len()), "");
        if let Err(problems) = Manifest::parse(&text) {
            for problem in problems.as_slice() {
                prop_assert!(problem.line >= 1 && problem.line <= text.lines().count() + 1, "{}", problems);
                prop_assert!(!problem.fix.is_empty());
            }
        }
    }

    #[test]
    fn a_manifest_that_is_read_survives_storage(from in 0..TEXT.len(), length in 0..400_usize) {
        let mut text = TEXT.to_owned();
        text.replace_range(from..(from + length).min(TEXT.len()), "");
        if let Ok(manifest) = Manifest::parse(&text) {
            prop_assert_eq!(Manifest::from_json(&manifest.to_json()), Ok(manifest));
        }
    }
}
