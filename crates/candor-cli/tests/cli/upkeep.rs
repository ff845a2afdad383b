//! Keeping a data directory: looking it over, copying it, putting it back.

use crate::candor::Place;

fn health(place: &Place, subject: &str) -> String {
    let ended = place.run(&["doctor", "--data", "DATA", "--json"]);
    let findings: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    let findings = findings["findings"].as_array().unwrap().clone();
    let found = findings.iter().find(|finding| finding["subject"] == subject).unwrap_or_else(|| panic!("{findings:?}"));
    found["health"].as_str().unwrap().to_owned()
}

#[test]
fn what_is_backed_up_under_a_running_collector_is_there_again_when_restored() {
    let place = Place::new();
    let key = place.create_project("inventory")["write_key"].as_str().unwrap().to_owned();
    let collector = place.serve();
    for id in 0..20 {
        collector.send_operation(&key, &format!("before-{id}"), "fetch", "1.0.0");
    }
    let made = place.run(&["backup", "--data", "DATA", "--to", "kept", "--json"]).json();
    assert_eq!(made["rows"], 20);
    collector.send_operation(&key, "after", "fetch", "1.0.0");
    drop(collector);
    std::fs::remove_dir_all(place.data()).unwrap();

    let told = place.run(&["restore", "kept", "--data", "DATA"]).ok();
    assert!(told.contains("20 rows"), "{told}");
    let taken = place.run(&["restore", "kept", "--data", "DATA"]).failed_with(1);
    assert!(taken.contains("not empty"), "{taken}");
    let collector = place.serve();
    for id in 10..30 {
        collector.send_operation(&key, &format!("before-{id}"), "fetch", "1.0.0");
    }
    assert_eq!(collector.stop("-TERM").status, 0);
    let count = ["sql", "SELECT sum(count) AS n FROM facts", "--data", "DATA", "--json"];
    assert_eq!(place.run(&count).json()["rows"][0]["n"], 30, "what was counted before is not counted again");
}

#[test]
fn the_doctor_finds_nothing_wrong_beside_a_collector_and_names_what_is_damaged() {
    let place = Place::new();
    let nothing = place.run(&["doctor", "--data", "DATA", "--json"]);
    assert_eq!((nothing.status, nothing.err.as_str()), (1, "error: one thing is bad\n"));
    assert!(!place.path().join("data").exists(), "looking makes nothing");

    let key = place.create_project("inventory")["write_key"].as_str().unwrap().to_owned();
    let collector = place.serve();
    for id in 0..3 {
        collector.send_operation(&key, &format!("{id}"), "fetch", "1.0.0");
    }
    let screen = place.run(&["doctor", "--data", "DATA", "--url", &collector.url]).ok();
    assert!(screen.contains("running, process") && screen.contains("can take events"), "{screen}");
    drop(collector);

    let journal = std::fs::read_dir(place.path().join("data/journal")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&journal).unwrap();
    let frame = bytes.windows(4).skip(40).position(|window| window == b"CJF1").unwrap() + 40;
    bytes[frame + 30] ^= 1;
    std::fs::write(&journal, bytes).unwrap();
    assert_eq!((health(&place, "journal").as_str(), health(&place, "catalog").as_str()), ("bad", "good"));

    // The rows of the last frame are lost, and the collector goes on with the others.
    assert_eq!(place.serve().stop("-TERM").status, 0);
    assert_eq!(health(&place, "table facts"), "good");
    let day = std::fs::read_dir(place.path().join("data/tables/facts")).unwrap().map(|entry| entry.unwrap().path());
    let day = day.into_iter().find(|path| path.to_string_lossy().contains("day=")).unwrap();
    let file = std::fs::read_dir(day).unwrap().next().unwrap().unwrap().path();
    std::fs::remove_file(file).unwrap();
    assert_eq!(health(&place, "table facts"), "bad");
}
