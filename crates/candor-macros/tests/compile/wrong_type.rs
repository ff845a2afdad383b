candor::manifest!("telemetry.toml");

fn main() {
    let telemetry = telemetry::start(&candor::NoFlags);
    let mut run = telemetry.operation(telemetry::Operation::Fetch);
    run.set(telemetry::fetch::BACKEND, "mysql");
    run.set(telemetry::fetch::RESOURCES, "many");
}
