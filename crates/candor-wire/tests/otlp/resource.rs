//! Where records were made.

use candor_wire::otlp::Signal;

use super::{NANOS, attributes, json};

#[test]
fn of_a_resource_the_listed_attributes_are_kept_and_no_others() {
    let said = attributes(&[
        ("service.name", "inventory"),
        ("service.version", "1.4.0"),
        ("service.instance.id", "627cc493-f310-47de-96bd-71410b7dec09"),
        ("os.type", "darwin"),
        ("os.version", "15.1"),
        ("host.arch", "arm64"),
        ("process.runtime.name", "cpython"),
        ("process.runtime.version", "3.11.2"),
        ("telemetry.sdk.name", "opentelemetry"),
        ("telemetry.sdk.language", "python"),
        ("telemetry.sdk.version", "1.45.2"),
        ("host.name", "janes-laptop"),
        ("host.id", "8b9a"),
        ("os.description", "jane's"),
        ("process.command_line", "tool --password hunter2"),
        ("process.executable.path", "/home/jane/bin/tool"),
        ("process.owner", "jane"),
        ("user.name", "jane"),
        ("team", "jane's"),
    ]);
    let record = format!(
        r#"{{"eventName":"a","severityNumber":17,"timeUnixNano":"{NANOS}","attributes":{}}}"#,
        attributes(&[("exception.type", "E")])
    );
    let body = format!(
        r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{record}]}}],"resource":{{"attributes":{said}}}}},{{"scopeLogs":[{{"logRecords":[{{"eventName":"b"}}]}}]}}]}}"#
    );
    let items = json(body, Signal::Logs);
    let item = items[0].as_ref().unwrap();
    let environment = &item.record.environment;
    let known =
        [&environment.version, &environment.os, &environment.os_version, &environment.arch, &environment.runtime];
    assert_eq!(known.map(|text| text.as_deref().unwrap()), ["1.4.0", "macos", "15.1", "aarch64", "cpython 3.11.2"]);
    let sdk = item.sdk.as_ref().unwrap();
    assert_eq!((sdk.name.as_str(), sdk.version.as_deref()), ("opentelemetry-python", Some("1.45.2")));
    assert_eq!(item.user_id.as_deref(), Some("627cc493-f310-47de-96bd-71410b7dec09"));
    assert_eq!(item.report.as_ref().unwrap().release.as_deref(), Some("inventory@1.4.0"));
    let all = format!("{items:?}");
    for secret in ["jane", "hunter2", "8b9a"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
    let other = items[1].as_ref().unwrap();
    assert_eq!((&other.record.environment.version, &other.user_id, &other.sdk), (&None, &None, &None));
}
