//! What a collector is told about a person, and does not keep.

use std::io::{Read, Write};

use candor_testkit::{Collector, basic};

use crate::{files::assert_nowhere, relay::connect_from};

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
