//! The example of README.md, with the manifest of the same page.

use std::process::ExitCode;

const README: &str = include_str!("../../../README.md");

/// The tool around the example.
mod tool {
    use std::{fs::DirEntry, io, process::ExitCode};

    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Args {
        #[command(flatten)]
        telemetry: telemetry::TelemetryArgs,
    }

    fn fetch(_args: &Args) -> io::Result<Vec<DirEntry>> {
        std::fs::read_dir(".")?.collect()
    }

    fn exit_code(result: io::Result<Vec<DirEntry>>) -> ExitCode {
        result.map_or(ExitCode::FAILURE, |_found| ExitCode::SUCCESS)
    }

    // The example begins here.
    candor::manifest!("tests/compile/readme.toml");

    pub(super) fn main() -> ExitCode {
        let args = Args::parse(); // #[command(flatten)] telemetry: telemetry::TelemetryArgs
        let telemetry = telemetry::start(&args.telemetry); // never fails, never blocks, never prints to stdout
        let mut run = telemetry.operation(telemetry::Operation::Fetch);
        let result = fetch(&args);
        run.set(telemetry::fetch::RESOURCES, result.as_ref().map_or(0, |found| found.len() as u64));
        run.finish(&result); // outcome and duration
        exit_code(result)
    }
    // It ends here.
}

#[test]
fn the_example_compiles_and_is_the_one_of_the_page() {
    let _compiles: fn() -> ExitCode = tool::main;
    let source = include_str!("readme.rs").split("    // The example begins here.\n").nth(1);
    let example =
        source.and_then(|rest| rest.split("    // It ends here.").next()).expect("the marks are in this file");
    let example = format!("\n{example}").replace("\n    ", "\n");
    let example = example.replace("tests/compile/readme.toml", "telemetry.toml").replace("pub(super) fn", "fn");
    assert!(
        README.contains(&format!("```rust\n{}\n```", example.trim())),
        "README.md has another example than\n{example}"
    );
}

#[test]
fn the_manifest_is_the_one_of_the_page() {
    let block = README.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("```toml");
    assert!(include_str!("compile/readme.toml").ends_with(block), "readme.toml has another end than\n{block}");
}
