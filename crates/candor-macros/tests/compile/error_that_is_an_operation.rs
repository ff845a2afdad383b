candor::manifest!("telemetry.toml");

fn main() {
    let telemetry = telemetry::start(&candor::NoFlags);
    let _run = telemetry.operation(telemetry::Error::Database);
}
