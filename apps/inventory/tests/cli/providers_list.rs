//! `inventory providers list`

use crate::tool::{Tool, stdout};

#[test]
fn at_least_six_providers_are_listed_each_with_a_version_of_its_own() {
    let tool = Tool::new();
    let answer = tool.json(&["providers", "list"]);
    let providers = answer["providers"].as_array().unwrap();
    assert!(providers.len() >= 6);
    for provider in providers {
        let version: Vec<u64> =
            provider["version"].as_str().unwrap().split('.').map(|number| number.parse().unwrap()).collect();
        assert_eq!(version.len(), 3, "{provider}");
        assert!(!provider["tables"].as_array().unwrap().is_empty(), "{provider}");
    }
}

#[test]
fn text_has_a_line_for_every_provider() {
    let tool = Tool::new();
    let text = stdout(&tool.run(&["providers", "list"]).success().stderr(""));
    let listed = tool.json(&["providers", "list"])["providers"].as_array().unwrap().len();
    assert_eq!(text.lines().count(), listed + 1, "{text}");
    assert!(text.lines().all(|line| line == line.trim_end()), "{text}");
}
