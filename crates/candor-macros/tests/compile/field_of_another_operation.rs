candor::manifest!("telemetry.toml");

fn main() {
    let telemetry = telemetry::start(&candor::NoFlags);
    let mut run = telemetry.operation(telemetry::Operation::Fetch);
    run.set(telemetry::policy_run::RULES, 3);
}
