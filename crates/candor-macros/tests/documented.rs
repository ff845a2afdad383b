//! The Rust examples of `docs/manifest.md`, with the manifest of the same page.

use candor::invocation::Invocation;
use clap::CommandFactory as _;

const DOCUMENT: &str = include_str!("../../../docs/manifest.md");

candor::manifest!("tests/compile/documented.toml");

/// A tool that was told not to record, so that the test leaves nothing behind.
struct OptedOut;

impl candor::ConsentFlags for OptedOut {
    fn opted_out_by(&self) -> Option<&str> {
        Some("--no-telemetry")
    }
}

/// The arguments of the tool.
#[derive(Debug, clap::Parser)]
struct Arguments {
    /// What the test runner was given.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

#[test]
fn the_example_compiles_and_runs() {
    let (loaded, result) = (Ok::<(), ()>(()), Err::<(), ()>(()));
    let telemetry = telemetry::start(&OptedOut);
    // The example begins here.
    let mut run = telemetry.operation(telemetry::Operation::PolicyRun);
    run.set(telemetry::policy_run::RULES, 12);
    run.set(telemetry::policy_run::BACKEND, telemetry::policy_run::Backend::Sqlite);
    let part = run.part(telemetry::policy_run::Part::Load);
    part.finish(&loaded);
    run.finish_as(&result, |_error| telemetry::policy_run::Error::Database);
    // It ends here.
    // The example begins here.
    let definition = Arguments::command();
    let matches = definition.clone().get_matches();
    let invocation = Invocation::of(&definition, &matches);
    telemetry.count_with(telemetry::Count::Invocation, 1, |fields| {
        fields.set(telemetry::invocation::COMMAND, invocation.command());
    });
    // It ends here.
    assert_eq!(invocation.command().as_str(), "none");
}

#[test]
fn the_examples_are_those_of_the_document() {
    let source = include_str!("documented.rs");
    // The marks stand in this function too.
    let source = source.split("fn the_examples_are_those_of_the_document").next().unwrap_or_default();
    let examples = source.split("    // The example begins here.\n").skip(1);
    let examples: Vec<&str> = examples.filter_map(|rest| rest.split("    // It ends here.").next()).collect();
    assert_eq!(examples.len(), 2, "the marks are in this file");
    for example in examples {
        let example = format!("\n{example}").replace("\n    ", "\n");
        assert!(DOCUMENT.contains(example.trim()), "docs/manifest.md has another example than\n{}", example.trim());
    }
}

#[test]
fn the_manifest_is_the_one_of_the_document() {
    let manifest = include_str!("compile/documented.toml");
    let blocks: Vec<&str> = DOCUMENT.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let used = blocks.iter().filter(|block| manifest.contains(**block)).count();
    assert!(used >= 3, "documented.toml lacks the sections of docs/manifest.md");
}
