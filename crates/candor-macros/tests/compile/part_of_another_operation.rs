candor::manifest!("telemetry.toml");

fn main() {
    let telemetry = telemetry::start(&candor::NoFlags);
    let run = telemetry.operation(telemetry::Operation::PolicyRun);
    let _part = run.part(telemetry::fetch::Part::Collect);
}
