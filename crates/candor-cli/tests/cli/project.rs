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
fn the_identity_policy_is_chosen_and_changed() {
    let place = Place::new();
    place.run(&["project", "create", "site", "--data", "DATA", "--identity", "daily", "--json"]).json();
    let listed =
        || place.run(&["project", "list", "--data", "DATA", "--json"]).json()["projects"][0]["identity"].clone();
    assert_eq!(listed(), "daily");
    place.run(&["project", "update", "site", "--data", "DATA", "--identity", "drop"]).ok();
    assert_eq!(listed(), "drop");
    place.run(&["project", "update", "site", "--data", "DATA", "--mode", "open"]).ok();
    assert_eq!(listed(), "drop", "what is not said stays");
    place.run(&["project", "update", "site", "--data", "DATA", "--identity", "weekly"]).failed_with(2);
}

/// The line of a secret whose period ended long ago, as a collector that was away since then left it.
#[test]
fn a_secret_whose_period_is_over_is_gone_when_the_collector_is_there() {
    let place = Place::new();
    place.run(&["project", "create", "site", "--data", "DATA", "--identity", "daily", "--json"]).json();
    let (folder, secret) = (place.path().join("data/identity"), "5f".repeat(32));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("1"), format!("daily 20000 {secret}\n")).unwrap();
    place.serve().stop("-TERM");
    assert!(!folder.join("1").exists());
    let data = std::fs::read_dir(place.path().join("data")).unwrap().flatten().filter(|entry| entry.path().is_file());
    for file in data {
        let bytes = std::fs::read(file.path()).unwrap();
        for form in [secret.as_bytes(), &[0x5f; 32]] {
            assert!(!bytes.windows(form.len()).any(|window| window == form), "{:?}", file.path());
        }
    }
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

#[test]
fn keys_are_made_rotated_and_revoked_under_a_running_collector() {
    let place = Place::new();
    let first = place.create_project("inventory")["write_key"].as_str().unwrap().to_owned();
    let collector = place.serve();
    let keys = |arguments: &[&str]| {
        let place_of = ["--project", "inventory", "--data", "DATA", "--json"];
        place.run(&[&["keys"], arguments, &place_of].concat()).json()
    };
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let second = text(&keys(&["create"])["write_key"]);
    let rotated = keys(&["rotate", "--key", &first, "--keep", "30d"]);
    assert_eq!(rotated["ending"], serde_json::json!([first]));
    for (id, key) in [&first, &second, &text(&rotated["write_key"])].into_iter().enumerate() {
        collector.send_operation(key, &format!("id-{id}"), "fetch", "1.0.0");
    }

    keys(&["revoke", "--key", &second]);
    let listed = keys(&["list"]);
    let of = |key: &str| {
        let listed = listed["keys"].as_array().unwrap();
        let found = listed.iter().find(|listed| listed["write_key"] == key).unwrap();
        (found["valid"].as_bool().unwrap(), found["ends"].is_null())
    };
    assert_eq!([of(&first), of(&second)], [(true, false), (false, false)]);
    let table = place.run(&["keys", "list", "--project", "inventory", "--data", "DATA"]).ok();
    assert!(table.contains("until 20") && table.contains("no, ended 20"), "{table}");
    let again = place.run(&["keys", "revoke", "--project", "inventory", "--key", &second, "--data", "DATA"]);
    assert!(again.failed_with(1).contains("no valid write key"));
    // What a collector knows of a key it goes by for a few seconds.
    let refused = (0..100).any(|attempt| {
        std::thread::sleep(std::time::Duration::from_millis(200));
        collector.post_operation(&second, &format!("late-{attempt}"), "fetch", "1.0.0") == 401
    });
    assert!(refused);
    collector.send_operation(&first, "still", "fetch", "1.0.0");
}

#[test]
fn tokens_are_made_listed_and_revoked_under_a_running_collector() {
    let place = Place::new();
    let first = place.create_project("inventory")["token"].as_str().unwrap().to_owned();
    let collector = place.serve();
    let made = place.run(&[
        "token",
        "create",
        "--project",
        "inventory",
        "--scope",
        "sql",
        "--label",
        "ci",
        "--expires",
        "30d",
        "--data",
        "DATA",
        "--json",
    ]);
    let made = made.json();
    let text = |key: &str| made[key].as_str().unwrap().to_owned();
    let ask = |token: &str| place.run(&["sql", "SELECT 1 AS one", "--url", &collector.url, "--token", token, "--json"]);
    assert_eq!(ask(&text("token")).json()["rows"], serde_json::json!([{"one": 1}]));
    let report = ["report", "overview", "--project", "inventory", "--url", &collector.url, "--token", &text("token")];
    let refused = place.run(&report).failed_with(1);
    assert!(refused.contains("403") && refused.contains("the scope read"), "{refused}");

    let listed = place.run(&["token", "list", "--data", "DATA", "--json"]).json()["tokens"].clone();
    assert_eq!((&listed[0]["scopes"], &listed[1]["scopes"]), (&["read", "sql"][..].into(), &["sql"][..].into()));
    assert_eq!((&listed[1]["id"], &listed[1]["label"]), (&made["id"], &"ci".into()));
    assert!(!listed.to_string().contains(&text("token")[7..]), "a token is shown once");
    place.run(&["token", "revoke", "--id", &text("id"), "--data", "DATA"]).ok();
    assert!(ask(&text("token")).failed_with(1).contains("401"));
    place.run(&["token", "revoke", "--id", &text("id"), "--data", "DATA"]).failed_with(1);
    let table = place.run(&["token", "list", "--project", "inventory", "--data", "DATA"]).ok();
    assert!(table.contains("read,sql") && table.contains("no, ended 20"), "{table}");
    ask(&first).ok();
}
