//! A tool that does nothing: prints a line, and with the SDK reports one operation.

#![expect(clippy::print_stdout, reason = "this is the tool's output")]

#[cfg(feature = "local")]
candor::manifest!("telemetry.toml");

#[cfg(feature = "local")]
fn main() -> std::process::ExitCode {
    let telemetry = telemetry::start(&candor::NoFlags);
    let mut run = telemetry.operation(telemetry::Operation::Fetch);
    run.set(telemetry::fetch::RESOURCES, 12);
    println!("done");
    run.finish(&Ok::<(), std::fmt::Error>(()))
}

#[cfg(not(feature = "local"))]
fn main() -> std::process::ExitCode {
    println!("done");
    std::process::ExitCode::SUCCESS
}
