candor::manifest!("telemetry.toml");

fn main() {
    let telemetry = telemetry::start(&candor::NoFlags);
    let typed = std::env::args().nth(1).unwrap_or_default();
    telemetry.count_with(telemetry::Count::Invocation, 1, |fields| {
        fields.set(telemetry::invocation::COMMAND, typed.as_str());
        fields.set(telemetry::invocation::FLAG, &typed);
    });
}
