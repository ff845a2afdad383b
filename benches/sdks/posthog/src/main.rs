//! Prints a line, and reports one event with `posthog-rs`: its blocking client, as it is by default.

fn main() {
    let endpoint = std::env::var("SDK_ENDPOINT").expect("SDK_ENDPOINT is set");
    let client = posthog_rs::client(("key", endpoint.as_str()));
    println!("done");
    let mut event = posthog_rs::Event::new_anon("fetch");
    event.insert_prop("version", "1.4.0").expect("a text is JSON");
    client.capture(event);
    client.shutdown();
}
