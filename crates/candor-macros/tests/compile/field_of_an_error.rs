candor::manifest!("telemetry.toml");

fn main() {
    let telemetry = telemetry::start(&candor::NoFlags);
    telemetry.count_with(telemetry::Count::Invocation, 1, |fields| fields.set(telemetry::database::RETRIES, 3));
}
