//! What the macro makes of a manifest with one of everything, as a tool uses it.
#![expect(clippy::unwrap_used, reason = "a test may end here")]

use std::time::Duration;

use candor::invocation::Invocation;
use candor::{
    Collect, DefaultConsent, Entry, ErrorClass, IdentityMode, Inspect, Level, Listed, Messages, NonInteractive,
};

candor::manifest!("tests/compile/telemetry.toml");

/// What `candor manifest new` writes.
mod template {
    candor::manifest!("../candor-manifest/src/template.toml");
}

#[test]
fn the_declaration_says_what_the_manifest_says() {
    let declared = &telemetry::DECLARATION;
    assert_eq!(declared.application, "example");
    assert_eq!(declared.endpoint, "https://telemetry.example.org");
    assert_eq!(declared.write_key, "example_public_key");
    assert_eq!(declared.docs, "https://example.org/telemetry");
    assert_eq!(declared.upload_interval, Duration::from_secs(1800));
    assert_eq!(declared.identity, IdentityMode::Rotating);
    assert!(declared.database_id);
    assert_eq!(declared.sentry_dsn, Some("https://example_public_key@crashes.example.org/7"));
    assert_eq!(declared.inspect, Some(Inspect { flag: Some("--inspect-telemetry"), log: "example.log" }));
    assert_eq!(declared.consent.flags, ["--no-telemetry"]);
    assert_eq!(declared.consent.default, DefaultConsent::On);
    assert_eq!(declared.consent.variables, ["EXAMPLE_NO_TELEMETRY"]);
    assert_eq!(declared.consent.level_variable, Some("EXAMPLE_TELEMETRY_LEVEL"));
    assert_eq!(declared.consent.non_interactive, NonInteractive::Local);
    assert!(declared.consent.notice.contains("--no-telemetry"), "a notice was made");
    assert_eq!(declared.release.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(declared.release.channel, None, "no packager said it");
}

#[test]
fn a_crash_has_a_level_and_what_becomes_of_its_message() {
    let crash = telemetry::DECLARATION.crash.unwrap();
    assert_eq!((crash.entry.name, crash.entry.level, crash.messages), ("crash", Level::Errors, Messages::None));
    assert_eq!((crash.entry.collect, crash.entry.expired), (Collect::Each, false));
}

#[test]
fn what_a_user_agrees_to_is_that_of_the_manifest() {
    let manifest = candor_manifest::Manifest::parse(include_str!("compile/telemetry.toml")).unwrap();
    assert_eq!(telemetry::DECLARATION.collects, manifest.collects());
    assert!(telemetry::DECLARATION.collects.contains(&"operation.fetch.part.collect.retries"));
}

#[test]
fn counts_without_fields_are_numbered() {
    let (hits, retries) = (telemetry::Count::CacheHit, telemetry::Count::Retry);
    assert_eq!((hits.entry().slot, retries.entry().slot, telemetry::DECLARATION.slots), (0, 1, 2));
    assert_eq!(telemetry::Count::Invocation.entry().slot, Entry::NO_SLOT, "it has fields");
    assert_eq!(telemetry::Operation::Fetch.entry().slot, Entry::NO_SLOT);
}

#[test]
fn errors_have_constants_of_their_own() {
    let database = telemetry::Error::Database.entry();
    assert_eq!((database.name, database.level, database.expired), ("database", Level::Errors, false));
    assert!(telemetry::Error::Network.entry().expired);
    assert_eq!(telemetry::database::RETRIES.name(), "retries");
    // Beside the classes of error of an operation.
    assert_eq!(ErrorClass::from(telemetry::fetch::Error::DiskFull).as_str(), "disk_full");
}

#[test]
fn the_template_is_a_typed_api_as_it_stands() {
    assert_eq!(template::telemetry::DECLARATION.application, "my-tool");
    assert_eq!(template::telemetry::Operation::Build.entry().name, "build");
}

#[test]
fn records_carry_their_level_and_how_they_are_collected() {
    let fetch = telemetry::Operation::Fetch;
    assert_eq!((fetch.entry().name, fetch.entry().level), ("fetch", Level::Stats));
    assert_eq!(fetch.entry().collect, Collect::Aggregate);
    let policy_run = telemetry::Operation::PolicyRun;
    assert_eq!((policy_run.entry().name, policy_run.entry().collect), ("policy run", Collect::Each));
    assert_eq!((policy_run.entry().sample_per_million, fetch.entry().sample_per_million), (250_000, 1_000_000));
    assert_eq!(telemetry::Operation::Match.entry().level, Level::Errors);
    assert_eq!(telemetry::Count::CacheHit.entry().name, "cache_hit");
    assert_eq!(telemetry::Lifecycle::Server.entry().name, "server");
}

#[test]
fn a_record_ends_with_the_release_that_it_names() {
    assert!(telemetry::Operation::PolicyRun.entry().expired, "it ended before this version");
    assert!(!telemetry::Operation::Fetch.entry().expired);
}

#[test]
fn listed_values_are_spelled_as_in_the_manifest() {
    assert_eq!(telemetry::fetch::Backend::Postgres.name(), "postgres");
    assert_eq!(ErrorClass::from(telemetry::fetch::Error::DiskFull), ErrorClass::new("disk_full"));
}

#[test]
fn fields_and_parts_carry_their_names() {
    assert_eq!(telemetry::fetch::RESOURCES.name(), "resources");
    assert_eq!(telemetry::fetch::collect::RETRIES.name(), "retries");
    assert_eq!(telemetry::r#match::Part::Loop.name(), "loop");
    let _: candor::Part<telemetry::r#match::Scope, telemetry::r#match::r#loop::Scope> = telemetry::r#match::Part::Loop;
}

#[test]
fn a_tool_that_opted_out_records_everything_into_nothing() {
    struct OptedOut;
    impl candor::ConsentFlags for OptedOut {
        fn opted_out_by(&self) -> Option<&str> {
            Some("--no-telemetry")
        }
    }
    let telemetry = telemetry::start(&OptedOut);
    let mut run = telemetry.operation(telemetry::Operation::Fetch);
    run.set(telemetry::fetch::RESOURCES, 120);
    run.set(telemetry::fetch::BACKEND, telemetry::fetch::Backend::Sqlite);
    run.set(telemetry::fetch::TOOK, Duration::from_secs(1));
    run.set(telemetry::fetch::SCHEMA, "1.2");
    run.set(telemetry::fetch::TABLE, "processes");
    run.set(telemetry::fetch::RESUMED, true);
    let part = run.part(telemetry::fetch::Part::Collect);
    part.finish(&Ok::<(), ()>(()));
    run.finish_as(&Err::<(), ()>(()), |()| telemetry::fetch::Error::PermissionDenied);
    telemetry.count(telemetry::Count::CacheHit);
    telemetry.component(telemetry::Component::Provider, "processes", "1.0.0");
    let tool = clap::Command::new("example").subcommand(clap::Command::new("fetch"));
    let invocation = Invocation::of(&tool, &tool.clone().get_matches_from(["example", "fetch"]));
    telemetry.count_with(telemetry::Count::Invocation, 1, |fields| {
        fields.set(telemetry::invocation::COMMAND, invocation.command());
    });
}

#[test]
fn the_flags_of_the_manifest_are_arguments_of_the_tool() {
    use candor::ConsentFlags as _;
    use clap::{Args as _, FromArgMatches as _};

    let mut command = telemetry::TelemetryArgs::augment_args(clap::Command::new("example"));
    let help = command.render_help().to_string();
    assert!(help.contains("Send nothing; write what would be sent to example.log"), "{help}");
    for (flag, opted_out_by, inspects) in
        [("--no-telemetry", Some("--no-telemetry"), false), ("--inspect-telemetry", None, true)]
    {
        let matches = command.clone().try_get_matches_from(["example", flag]).unwrap();
        let arguments = telemetry::TelemetryArgs::from_arg_matches(&matches).unwrap();
        assert_eq!((arguments.opted_out_by(), arguments.inspects()), (opted_out_by, inspects));
        let quiet = candor::Quiet(&arguments);
        assert_eq!((quiet.opted_out_by(), quiet.inspects()), (opted_out_by, inspects), "quiet or not");
    }
    let template = template::telemetry::TelemetryArgs::augment_args(clap::Command::new("my-tool"));
    assert!(template.try_get_matches_from(["my-tool", "--no-telemetry"]).is_ok());
}
