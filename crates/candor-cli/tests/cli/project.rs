use crate::candor::Place;

#[test]
fn a_project_is_created_once_and_listed() {
    let place = Place::new();
    let created = place.create_project("inventory");
    let text = |key: &str| created[key].as_str().unwrap().to_owned();
    assert_eq!((text("project").as_str(), created["project_id"].as_i64()), ("inventory", Some(1)));
    assert!(text("write_key").len() >= 20 && text("token").len() >= 32);
    assert!(text("sentry_dsn").starts_with("http://") && text("sentry_dsn").ends_with("@127.0.0.1:8700/1"));

    let again = place.run(&["project", "create", "inventory", "--data", "DATA"]).failed_with(1);
    assert!(again.contains("already exists") && again.contains("another name"), "{again}");
    let invalid = place.run(&["project", "create", "In/ventory", "--data", "DATA"]).failed_with(1);
    assert!(invalid.contains("letters"), "{invalid}");

    let listed = place.run(&["project", "list", "--data", "DATA", "--json"]).json();
    assert_eq!(listed["projects"][0]["project"], "inventory");
    assert_eq!(listed["projects"][0]["mode"], "open");
    assert!(place.run(&["project", "list", "--data", "DATA"]).ok().contains("inventory"));
}

#[test]
fn a_project_with_a_manifest_is_strict_and_can_be_updated() {
    let place = Place::new();
    place.write("telemetry.toml", &place.run(&["manifest", "new"]).ok());
    let create = ["project", "create", "tool", "--data", "DATA", "--manifest", "telemetry.toml", "--json"];
    place.run(&create).json();
    let listed = || place.run(&["project", "list", "--data", "DATA", "--json"]).json()["projects"][0].clone();
    assert_eq!((&listed()["mode"], &listed()["manifest"]), (&"strict".into(), &true.into()));
    place.run(&["project", "update", "tool", "--data", "DATA", "--mode", "open"]).ok();
    assert_eq!((&listed()["mode"], &listed()["manifest"]), (&"open".into(), &true.into()));
    place.run(&["project", "update", "tool", "--data", "DATA"]).failed_with(2);

    place.write("broken.toml", "[aplication]\n");
    let broken =
        place.run(&["project", "create", "other", "--data", "DATA", "--manifest", "broken.toml"]).failed_with(1);
    assert!(broken.contains("broken.toml:1:2"), "{broken}");
}

#[test]
fn a_key_belongs_to_one_project() {
    let place = Place::new();
    place.create_project("one");
    place.create_project("two");
    let add = |project| place.run(&["keys", "add", "--project", project, "--key", "given-key", "--data", "DATA"]);
    add("one").ok();
    add("one").ok();
    let taken = add("two").failed_with(1);
    assert!(taken.contains("`one`"), "{taken}");
    let missing = add("three").failed_with(1);
    assert!(missing.contains("no project called `three`"), "{missing}");
}
