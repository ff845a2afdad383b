//! Prints a line, and reports one event with `sentry`: its defaults, without TLS.

fn main() {
    let endpoint = std::env::var("SDK_ENDPOINT").expect("SDK_ENDPOINT is set");
    let dsn = endpoint.replace("http://", "http://key@") + "/1";
    let release = Some("greeter@1.4.0".into());
    let _guard = sentry::init((dsn, sentry::ClientOptions { release, ..Default::default() }));
    println!("done");
    sentry::capture_message("fetch", sentry::Level::Info);
}
