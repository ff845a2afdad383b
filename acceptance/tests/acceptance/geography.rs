//! A real database of countries, as `candor geo update` puts it in place.

use std::io::{Read, Write};

use candor_testkit::{Collector, basic, candor, connect_from, workspace};

#[test]
fn countries_are_told_by_a_real_database_that_came_while_the_collector_ran() {
    let package = workspace().join("target/services/geo/package/iptoasn-country.mmdb");
    assert!(package.exists(), "acceptance/services/install.sh brings it");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let collector = Collector::start_with(&data, &["--trusted-proxies", "127.0.0.0/8"]);
    let project = collector.create_project("open", &["--mode", "open"]);
    let send = |id: &str, address: &str| {
        let body = format!(r#"{{"batch":[{{"type":"track","messageId":"{id}","event":"sync"}}]}}"#);
        let request = format!(
            "POST /v1/batch HTTP/1.1\r\nhost: localhost\r\nauthorization: {}\r\nx-forwarded-for: {address}\r\n\
             connection: close\r\ncontent-length: {}\r\n\r\n{body}",
            basic(&project.write_key),
            body.len()
        );
        let mut stream = connect_from("127.0.0.1", collector.url());
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    };
    send("before", "8.8.8.8");
    let update = ["geo", "update", "--data", data.to_str().unwrap(), "--file", package.to_str().unwrap()];
    let said = candor(&update);
    assert!(said.status.success(), "{said:?}");
    // The collector looks every few seconds.
    let told = || collector.report(&project, "geography")["rows"].to_string().contains("\"US\"");
    for round in 0.. {
        send(&format!("v4-{round}"), "8.8.8.8");
        send(&format!("v6-{round}"), "2001:4860:4860::8888");
        if told() {
            break;
        }
        assert!(round < 300, "the database is not used");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    send("private", "10.1.2.3");
    let rows = collector.report(&project, "geography")["rows"].clone();
    let countries: Vec<_> = rows.as_array().unwrap().iter().map(|row| row["country"].as_str().unwrap_or("?")).collect();
    assert_eq!(countries.len(), 2, "US and unknown: {countries:?}");
    collector.terminate();
}
