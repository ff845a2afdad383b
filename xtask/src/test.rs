//! `cargo xtask test`: everything that must pass, one step after the other, each timed.

use std::time::Instant;

use anstyle::{AnsiColor, Style};

use crate::workspace;

struct Step {
    name: &'static str,
    why: &'static str,
    program: &'static str,
    arguments: &'static [&'static str],
}

/// In the order in which failures are cheapest to learn.
const STEPS: &[Step] = &[
    Step {
        name: "format",
        why: "rustfmt finds nothing to change",
        program: "cargo",
        arguments: &["fmt", "--all", "--check"],
    },
    Step {
        name: "services",
        why: "the servers that tests start are installed",
        program: "acceptance/services/install.sh",
        arguments: &[],
    },
    Step {
        name: "tests",
        why: "unit tests, integration tests and the documentation's examples, of every crate",
        program: "cargo",
        // Without a choice of targets: only then are examples built as programs, which tests of the SDK run.
        arguments: &["test", "--workspace", "--exclude", "acceptance", "--exclude", "benches", "--no-fail-fast"],
    },
    Step {
        name: "https",
        why: "the SDK with TLS: the same tests, and those of certificates",
        program: "cargo",
        arguments: &["test", "--package", "candor", "--features", "tls", "--no-fail-fast"],
    },
    Step {
        name: "binaries",
        why: "the binaries that the acceptance tests run",
        program: "cargo",
        arguments: &["build", "--package", "candor-cli", "--package", "inventory", "--package", "inventory-core"],
    },
    Step {
        name: "clients",
        why: "the official clients that the acceptance tests drive are installed",
        program: "acceptance/clients/install.sh",
        arguments: &[],
    },
    Step {
        name: "acceptance",
        why: "real tools and real clients against the real collector",
        program: "cargo",
        arguments: &["test", "--package", "acceptance"],
    },
    Step {
        name: "fuzz",
        why: "ten seconds of nonsense for everything that reads what strangers send",
        program: "cargo",
        arguments: &["xtask", "fuzz", "--seconds", "10"],
    },
    Step {
        name: "lints",
        why: "clippy finds nothing in any target",
        program: "cargo",
        arguments: &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"],
    },
    Step {
        name: "lints-https",
        why: "nor in the SDK with TLS",
        program: "cargo",
        arguments: &["clippy", "--package", "candor", "--features", "tls", "--all-targets", "--", "--deny", "warnings"],
    },
    Step {
        name: "lints-local",
        why: "nor in the SDK without its network code",
        program: "cargo",
        arguments: &["clippy", "--package", "candor", "--no-default-features", "--", "--deny", "warnings"],
    },
];

/// Prints the names of the steps.
pub(crate) fn list() -> Result<(), String> {
    for step in STEPS {
        anstream::println!("{:12}{}", step.name, step.why);
    }
    Ok(())
}

/// Runs all steps, or the one of this name; stops at the first that fails.
pub(crate) fn run(only: Option<&str>) -> Result<(), String> {
    let chosen: Vec<&Step> = STEPS.iter().filter(|step| only.is_none_or(|name| name == step.name)).collect();
    if chosen.is_empty() {
        return Err(format!("there is no step {:?}; `cargo xtask test --list` names them", only.unwrap_or_default()));
    }
    let bold = Style::new().bold();
    let mut times = Vec::new();
    for step in chosen {
        anstream::println!("{bold}== {}{bold:#}: {}", step.name, step.why);
        let started = Instant::now();
        let mut command = match step.program {
            "cargo" => workspace::cargo(step.arguments),
            other => workspace::command(other, step.arguments),
        };
        let status = command.status().map_err(|error| format!("{} did not start: {error}", step.program))?;
        if !status.success() {
            return Err(format!("step {} failed; again with `cargo xtask test --only {}`", step.name, step.name));
        }
        times.push((step.name, started.elapsed()));
    }
    let green = Style::new().fg_color(Some(AnsiColor::Green.into()));
    for (name, time) in times {
        anstream::println!("{green}passed{green:#} {name:12}{:5} s", time.as_secs());
    }
    Ok(())
}
