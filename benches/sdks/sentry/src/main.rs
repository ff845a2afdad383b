//! Prints a line, and reports one event with `sentry`: its defaults, with rustls, as its transport does not compile without TLS.

fn main() {
    let endpoint = std::env::var("SDK_ENDPOINT").expect("SDK_ENDPOINT is set");
    let dsn = endpoint.replace("http://", "http://key@") + "/1";
    let _guard = sentry::init((dsn, sentry::ClientOptions::new().release("greeter@1.4.0")));
    println!("done");
    sentry::capture_message("fetch", sentry::Level::Info);
}
