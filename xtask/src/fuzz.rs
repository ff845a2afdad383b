//! `cargo xtask fuzz`: builds the fuzz targets with the compiler of the workspace, and runs each for a while.
//!
//! What the fuzzer asks of the compiler are passes of LLVM, which every toolchain has; only sanitizers would ask for a nightly
//! one, and the code under test has no `unsafe` that they could look at. libFuzzer itself is C++, and wants a compiler for that.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use crate::workspace;

/// A target, and the bytes of its longest input: a little more than its longest seed.
const TARGETS: &[(&str, u32)] = &[
    ("aptabase", 4096),
    ("consent", 1024),
    ("inflate", 4096),
    ("journal", 4096),
    ("json", 2048),
    ("manifest", 16_384),
    ("minidump", 4096),
    ("otlp_logs", 4096),
    ("otlp_metrics", 4096),
    ("otlp_traces", 4096),
    ("posthog", 8192),
    ("scrub", 1024),
    ("segment_batch", 4096),
    ("segment_event", 4096),
    ("sentry_envelope", 16_384),
    ("sentry_event", 16_384),
    ("settings", 1024),
    ("timestamp", 256),
];

/// Counters for edges, and what is compared with what: that is what the fuzzer steers by.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0";

/// Seconds for each target where none are given.
const SECONDS: u32 = 60;

/// Runs what `[--seconds N] [TARGET]` says: all targets, or one.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let (seconds, only) = match arguments {
        [] => (SECONDS, None),
        ["--seconds", seconds] => (number(seconds)?, None),
        ["--seconds", seconds, target] => (number(seconds)?, Some(*target)),
        [target] => (SECONDS, Some(*target)),
        _ => return Err("use: cargo xtask fuzz [--seconds N] [TARGET]".to_owned()),
    };
    let chosen: Vec<_> = TARGETS.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
        return Err(format!("there is no target {:?}, but: {}", only.unwrap_or_default(), names.join(", ")));
    }
    let programs = build()?;
    let mut findings = Vec::new();
    for (name, longest) in chosen {
        findings.extend(fuzz(&programs, name, *longest, seconds)?);
    }
    if findings.is_empty() { Ok(()) } else { Err(findings.join("\n")) }
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("{text:?} is no number of seconds"))
}

fn target_dir() -> PathBuf {
    workspace::root().join("target/fuzz")
}

/// Builds all targets and returns the folder that they are in. The flags are for them alone, not for what runs while they
/// are built, so the target is named.
fn build() -> Result<PathBuf, String> {
    let about = workspace::output_of(workspace::command("rustc", &["-vV"]))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc does not say its host")?;
    let arguments = ["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--bins", "--target", host];
    let mut command = workspace::cargo(&arguments);
    command.env("CARGO_TARGET_DIR", target_dir()).env("RUSTFLAGS", FLAGS);
    let status = command.status().map_err(|error| format!("cargo did not start: {error}"))?;
    if status.success() {
        Ok(target_dir().join(host).join("release"))
    } else {
        Err("the targets were not built".into())
    }
}

/// Runs one target, and says what it found. Inputs that go a new way are kept in target/fuzz/corpus, the one that ends it in
/// target/fuzz/artifacts.
fn fuzz(programs: &Path, name: &str, longest: u32, seconds: u32) -> Result<Option<String>, String> {
    let (found, artifacts) = (target_dir().join("corpus").join(name), target_dir().join("artifacts").join(name));
    for folder in [&found, &artifacts] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut command = Command::new(programs.join(name));
    command.args([&found, &workspace::root().join("fuzz/corpus").join(name)]);
    command.arg(format!("-artifact_prefix={}/", artifacts.display()));
    command.args([format!("-max_total_time={seconds}"), format!("-max_len={longest}")]);
    command.args(["-rss_limit_mb=512", "-timeout=5", "-print_final_stats=1", "-seed=1"]);
    command.env("RUST_BACKTRACE", "0").stdout(Stdio::null());
    let started = Instant::now();
    let output = command.output().map_err(|error| format!("{name} did not start: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let statistic =
        |name: &str| said.lines().rev().find_map(|line| Some(line.strip_prefix(name)?.trim())).unwrap_or("?");
    let (runs, peak_mb) = (statistic("stat::number_of_executed_units:"), statistic("stat::peak_rss_mb:"));
    let time = started.elapsed().as_secs();
    anstream::println!("{name:16}{runs:>12} runs in {time:4} s, at most {peak_mb} MB");
    // What the program says of its end follows what the fuzzer says of its way there, a line with a # each.
    let end = || said.lines().filter(|line| !line.starts_with(['#', '\t'])).collect::<Vec<_>>().join("\n");
    Ok((!output.status.success()).then(|| format!("{}\n{name} found something: {}", end(), artifacts.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_built_has_a_file_and_has_seeds() {
        let fuzz = workspace::root().join("fuzz");
        let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).expect("fuzz/Cargo.toml");
        let programs = manifest.split("[[bin]]\n").skip(1).map(|program| program.split('"').nth(1).expect("a name"));
        assert_eq!(programs.collect::<Vec<_>>(), TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        for (name, longest) in TARGETS {
            assert!(fuzz.join("fuzz_targets").join(name).with_extension("rs").is_file(), "{name}");
            let seeds = fs::read_dir(fuzz.join("corpus").join(name)).expect("seeds");
            let sizes = seeds.map(|seed| fs::metadata(seed.expect("a seed").path()).expect("what it is").len());
            let most = sizes.max().expect("at least one");
            assert!(most <= u64::from(*longest), "a seed of {name} has {most} bytes");
        }
    }
}
