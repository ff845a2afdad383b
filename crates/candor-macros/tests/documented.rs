//! The Rust example of `docs/manifest.md`, with the manifest of the same page.

const DOCUMENT: &str = include_str!("../../../docs/manifest.md");

candor::manifest!("tests/compile/documented.toml");

/// A tool that was told not to record, so that the test leaves nothing behind.
struct OptedOut;

impl candor::ConsentFlags for OptedOut {
    fn opted_out_by(&self) -> Option<&str> {
        Some("--no-telemetry")
    }
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
}

#[test]
fn the_example_is_the_one_of_the_document() {
    let source = include_str!("documented.rs");
    let example =
        source.split("// The example begins here.\n").nth(1).and_then(|rest| rest.split("    // It ends here.").next());
    let example = example.expect("the marks are in this file").replace("\n    ", "\n");
    assert!(DOCUMENT.contains(example.trim()), "docs/manifest.md has another example than\n{}", example.trim());
}

#[test]
fn the_manifest_is_the_one_of_the_document() {
    let manifest = include_str!("compile/documented.toml");
    let blocks: Vec<&str> = DOCUMENT.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let used = blocks.iter().filter(|block| manifest.contains(**block)).count();
    assert!(used >= 2, "documented.toml lacks the sections of docs/manifest.md");
}
