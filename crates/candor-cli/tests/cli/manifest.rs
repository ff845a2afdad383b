use crate::candor::Place;

#[test]
fn a_new_manifest_is_a_good_one() {
    let place = Place::new();
    place.write("telemetry.toml", &place.run(&["manifest", "new"]).ok());
    assert!(place.run(&["manifest", "check"]).ok().contains("ok"));
    let json = place.run(&["manifest", "json"]).ok();
    place.write("manifest.json", &json);
    assert_eq!(place.run(&["manifest", "json", "manifest.json"]).ok(), json);
}

#[test]
fn problems_are_told_with_their_place_and_what_to_do() {
    let place = Place::new();
    place.write("telemetry.toml", "[application]\nname = 7\n");
    let told = place.run(&["manifest", "check"]).failed_with(1);
    assert!(told.contains("telemetry.toml:2:") && told.contains("fix: "), "{told}");
    let missing = place.run(&["manifest", "check", "nowhere.toml"]).failed_with(1);
    assert!(missing.contains("nowhere.toml"), "{missing}");
}

#[test]
fn a_page_that_is_out_of_date_fails_the_check() {
    let place = Place::new();
    let manifest = place.run(&["manifest", "new"]).ok();
    place.write("telemetry.toml", &manifest);
    place.write("TELEMETRY.md", &place.run(&["manifest", "docs"]).ok());
    let check = || place.run(&["manifest", "docs", "--check", "TELEMETRY.md"]);
    check().ok();
    place.write("telemetry.toml", &manifest.replacen("my-tool", "your-tool", 1));
    let told = check().failed_with(1);
    assert!(told.contains("TELEMETRY.md:1: # What my-tool") && told.contains("should be: # What your-tool"), "{told}");
    place.write("old.toml", &manifest);
    assert!(!place.run(&["manifest", "diff", "old.toml", "telemetry.toml"]).ok().is_empty());
}

#[test]
fn a_page_for_a_documentation_site_is_checked_like_any_other() {
    let place = Place::new();
    place.write("telemetry.toml", &place.run(&["manifest", "new"]).ok());
    let page = place.run(&["manifest", "docs", "--mdx"]).ok();
    assert!(page.starts_with("---\ntitle: ") && page.contains("\n:::note["), "{page}");
    place.write("telemetry.mdx", &page);
    let check =
        |arguments: &[&str]| place.run(&[&["manifest", "docs", "--check", "telemetry.mdx"], arguments].concat());
    check(&["--mdx"]).ok();
    let told = check(&[]).failed_with(1);
    assert!(told.contains("telemetry.mdx:1: ---\n"), "{told}");
    place.write("telemetry.mdx", page.trim_end().rsplit_once('\n').map_or("", |(page, _)| page));
    let told = check(&["--mdx"]).failed_with(1);
    assert!(told.contains(": the end of the page") && told.contains("fix: candor manifest docs --mdx"), "{told}");
}
