//! Prints a line, and reports one event with `rudderanalytics`: its defaults, without TLS.

use rudderanalytics::{
    client::RudderAnalytics,
    message::{Message, Track},
};

fn main() {
    let endpoint = std::env::var("SDK_ENDPOINT").expect("SDK_ENDPOINT is set");
    let client = RudderAnalytics::load("key".to_owned(), endpoint);
    println!("done");
    let event = Track {
        anonymous_id: Some("none".to_owned()),
        event: "fetch".to_owned(),
        properties: Some(serde_json::json!({ "version": "1.4.0" })),
        ..Default::default()
    };
    // A tool goes on without its telemetry.
    let _ = client.send(&Message::Track(event));
}
