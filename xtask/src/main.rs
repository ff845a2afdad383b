//! The project's own tasks. `cargo xtask` lists them.

mod arrows;
mod features;
mod footprint;
mod fuzz;
mod test;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask TASK

  test              everything that must pass: format, lints, unit, integration and acceptance tests, doctests
  test --only STEP  one step of it; `cargo xtask test --list` names them
  features          check that workspace-hack pins every feature that the query engine's build depends on
  fuzz [--seconds N] [TARGET]
                    feed what strangers may send to all decoders, or to one, for N seconds each (60)
  footprint         what the SDK adds to the binary of the smallest tool
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["test"] => test::run(None),
        ["test", "--only", step] => test::run(Some(step)),
        ["test", "--list"] => test::list(),
        ["features"] => features::check(),
        ["fuzz", arguments @ ..] => fuzz::run(arguments),
        ["footprint"] => footprint::print(),
        ["--help" | "-h"] => {
            anstream::print!("{USAGE}");
            Ok(())
        }
        _ => {
            anstream::eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            anstream::eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
