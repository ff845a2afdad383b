//! What a collector is told about a person, and does not keep.

use std::io::{Read, Write};

use candor_testkit::{Collector, Mmdb, basic, connect_from, country_code};

use crate::files::assert_nowhere;

#[test]
fn addresses_and_what_names_a_person_are_in_no_file_no_log_and_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let collector = Collector::start(&data);
    let project = collector.create_project("open", &["--mode", "open"]);
    let body = r#"{"batch":[
        {"type":"track","messageId":"1","anonymousId":"device-4711-abcdef","userId":"ada.lovelace@example.com","event":"sync",
         "properties":{"error":"open /home/ada/.netrc: denied for ada.lovelace@example.com at 198.51.100.23"},
         "context":{"ip":"203.0.113.9","traits":{"email":"ada.lovelace@example.com"}}}]}"#;
    let request = format!(
        "POST /v1/batch HTTP/1.1\r\nhost: localhost\r\nauthorization: {}\r\nx-forwarded-for: 192.0.2.7\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        basic(&project.write_key),
        body.len()
    );
    let mut stream = connect_from("127.0.0.77", collector.url());
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    collector.terminate();

    let secrets = ["127.0.0.77", "192.0.2.7", "203.0.113.9", "198.51.100.23", "/home/ada", "lovelace", "device-4711"];
    for secret in secrets {
        assert!(!answer.contains(secret), "{secret} is in the answer");
    }
    assert_nowhere(&data, &secrets.map(str::to_owned));
}

#[test]
fn of_an_address_only_the_country_stays_however_it_came() {
    let folder = tempfile::tempdir().unwrap();
    let (data, countries) = (folder.path().join("data"), folder.path().join("countries.mmdb"));
    let networks = [
        ("203.0.113.0/24", country_code("DE")),
        ("2001:db8::/32", country_code("FR")),
        ("127.0.0.0/8", country_code("CH")),
    ];
    std::fs::write(&countries, Mmdb::file(&networks)).unwrap();
    let arguments = ["--geo", countries.to_str().unwrap(), "--trusted-proxies", "127.0.0.78, 192.0.2.0/24"];
    let collector = Collector::start_logging(&data, &arguments, Some("trace"));
    let project = collector.create_project("open", &["--mode", "open"]);
    let token = format!("Bearer {}", project.token);
    let sent = [
        // Who connects, and what it says of itself.
        ("127.0.0.77", "POST /v1/batch", "x-forwarded-for: 203.0.113.66"),
        ("127.0.0.78", "POST /v1/batch", "x-forwarded-for: 198.51.100.66, 203.0.113.67, 192.0.2.68"),
        ("127.0.0.78", "POST /v1/batch", "forwarded: for=\"[2001:db8::6:9a]:4711\";by=127.0.0.78"),
        ("127.0.0.78", "POST /v1/batch", "x-real-ip: 203.0.113.69\r\ncf-connecting-ip: 203.0.113.69"),
        ("127.0.0.78", "POST /v1/nothing", "x-forwarded-for: 203.0.113.70"),
        ("127.0.0.78", "GET /api/v1/projects/open/reports/geography", "x-forwarded-for: 203.0.113.71"),
        ("127.0.0.78", "POST /v1/batch", "x-forwarded-for: 203.0.113.72\r\ncontent-encoding: lzma"),
    ];
    let mut answers = String::new();
    for (id, (from, what, headers)) in sent.iter().enumerate() {
        let body = format!(r#"{{"batch":[{{"type":"track","messageId":"{id}","event":"sync"}}]}}"#);
        let authorization = if what.starts_with("GET") { token.clone() } else { basic(&project.write_key) };
        let request = format!(
            "{what} HTTP/1.1\r\nhost: localhost\r\nauthorization: {authorization}\r\n{headers}\r\nconnection: close\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = connect_from(from, collector.url());
        stream.write_all(request.as_bytes()).unwrap();
        stream.read_to_string(&mut answers).unwrap();
    }
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 5, "{answers}");
    let report = collector.report(&project, "geography")["rows"].to_string();
    for country in ["CH", "DE", "FR"] {
        assert!(report.contains(country), "{country} is not in {report}");
    }
    let log = std::fs::read_to_string(data.with_extension("log")).unwrap();
    assert!(log.contains("TRACE"), "everything is logged");
    collector.terminate();
    let addresses = ["127.0.0.77", "203.0.113.", "198.51.100.", "192.0.2.6", "2001:db8::6", "127.0.0.78:"];
    for address in addresses {
        assert!(!answers.contains(address), "{address} is in an answer");
    }
    assert_nowhere(&data, &addresses.map(str::to_owned));
}
