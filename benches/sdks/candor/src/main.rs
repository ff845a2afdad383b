//! Prints a line, and reports one event with Candor as it is by default.

candor::manifest!("telemetry.toml");

fn main() {
    let telemetry = telemetry::start(&candor::NoFlags);
    println!("done");
    let run = telemetry.operation(telemetry::Operation::Fetch);
    run.finish(&Ok::<(), std::fmt::Error>(()));
}
