use crate::candor::Place;

#[test]
fn it_says_where_it_listens_stops_on_a_signal_and_loses_nothing() {
    let place = Place::new();
    let project = place.create_project("inventory");
    let key = project["write_key"].as_str().unwrap();
    for (round, signal) in ["-TERM", "-INT"].into_iter().enumerate() {
        let collector = place.serve();
        assert!(collector.url.starts_with("http://127.0.0.1:"));
        collector.send_operation(key, &format!("{round}"), "fetch", "1.0.0");
        let ended = collector.stop(signal);
        assert_eq!((ended.status, ended.out.as_str()), (0, ""), "{}", ended.err);
        assert!(!ended.err.contains(key), "a key is logged: {}", ended.err);
    }
    let count = ["sql", "SELECT sum(count) AS n FROM facts", "--data", "DATA", "--json"];
    assert_eq!(place.run(&count).json()["rows"][0]["n"], 2);
}

#[test]
fn a_second_collector_on_the_same_data_is_told_who_has_it() {
    let place = Place::new();
    let collector = place.serve();
    let line = place.run(&["serve", "--data", "DATA", "--listen", "127.0.0.1:0"]).failed_with(1);
    assert!(line.contains("in use"), "{line}");
    let ended = collector.stop("-TERM");
    assert!(ended.err.contains("/signin/"), "the first start shows a way in: {}", ended.err);
}

#[test]
fn an_address_that_is_taken_is_a_clear_error() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = place.run(&["serve", "--data", "DATA", "--listen", &address]).failed_with(1);
    assert!(line.contains(&address) && line.contains("--listen"), "{line}");
}

#[test]
fn every_setting_is_printed_with_its_reason() {
    let text = Place::new().run(&["serve", "--data", "DATA", "--print-config"]).ok();
    assert!(text.contains("[limits]") && text.contains("body_bytes = \"20 MiB\""), "{text}");
}
