//! Servers that a vendor already runs: they get what applications are told to send them, and the tests read the bytes.

use std::process::Command;

use candor_testkit::{FakeCollector, Request, basic, wait_until};
use serde_json::Value;

/// A RudderStack in the place of the collector, and a Sentry in the place of its reports.
pub(crate) struct Sink {
    pub(crate) rudderstack: FakeCollector,
    pub(crate) sentry: FakeCollector,
}

const WRITE_KEY: &str = "2AbCdEfGhIjKlMnOpQrStUvWxYz";
const PUBLIC_KEY: &str = "4f2d4ee0b0eb86382c715df620c83f64";

impl Sink {
    pub(crate) fn start() -> Self {
        Self { rudderstack: FakeCollector::start(), sentry: FakeCollector::start() }
    }

    /// Tells a command to report here.
    pub(crate) fn configure<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let dsn = self.sentry.endpoint().replace("http://", &format!("http://{PUBLIC_KEY}@")) + "/42";
        command
            .env("CANDOR_ENDPOINT", self.rudderstack.endpoint())
            .env("CANDOR_WRITE_KEY", WRITE_KEY)
            .env("CANDOR_SENTRY_DSN", dsn)
    }

    /// Waits for both, and looks whether each got what it understands: what RudderStack's own server asks of a batch, and
    /// Sentry's of an envelope. Returns the items and the reports.
    pub(crate) fn received(&self, items: usize, reports: usize) -> (Vec<Value>, Vec<Value>) {
        self.rudderstack.wait_for_items(items);
        wait_until("reports", || Some(()).filter(|()| self.sentry.requests().len() >= reports));
        self.rudderstack.requests().iter().for_each(is_for_rudderstack);
        self.sentry.requests().iter().for_each(is_for_sentry);
        let reports = self.sentry.requests().iter().map(Request::event).collect();
        (self.rudderstack.accepted_items(), reports)
    }

    /// Everything that arrived: paths, headers and bodies.
    pub(crate) fn bytes(&self) -> String {
        let requests = [self.rudderstack.requests(), self.sentry.requests()].concat();
        let text = |request: &Request| format!("{} {:?}\n{}\n", request.path, request.headers, request.body);
        requests.iter().map(text).collect()
    }
}

fn is_for_rudderstack(request: &Request) {
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/v1/batch"));
    assert_eq!(request.header("authorization"), Some(basic(WRITE_KEY).as_str()));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("content-encoding"), Some("gzip"));
    for item in request.items() {
        assert_eq!(item["type"], "track", "{item}");
        for key in ["messageId", "anonymousId", "event", "timestamp"] {
            assert!(item[key].as_str().is_some_and(|text| !text.is_empty()), "{key} in {item}");
        }
        let counts_people = item["context"]["candor"]["kind"] == "active";
        let library = &item["context"]["library"]["name"];
        assert!(item["properties"].is_object() && (library.is_string() || counts_people), "{item}");
    }
}

fn is_for_sentry(request: &Request) {
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/api/42/envelope/"));
    assert_eq!(request.header("content-type"), Some("application/x-sentry-envelope"));
    let authentication = request.header("x-sentry-auth").unwrap();
    for word in ["Sentry ", "sentry_version=7", &format!("sentry_key={PUBLIC_KEY}")] {
        assert!(authentication.contains(word), "{authentication}");
    }
    let event = request.event();
    for key in ["event_id", "timestamp", "platform", "level", "release"] {
        assert!(event[key].as_str().is_some_and(|text| !text.is_empty()), "{key} in {event}");
    }
    for exception in event["exception"]["values"].as_array().unwrap() {
        assert!(exception["type"].is_string(), "{event}");
    }
}
