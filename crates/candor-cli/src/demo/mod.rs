//! `candor demo`: the whole way once, with real processes, on this computer.
//!
//! [`plan`] says which runs are made, [`tools`] builds the reference tool, [`runs`] starts it, [`collector`] is the other
//! end, and [`ledger`] holds what was made against what is reported.

mod collector;
mod ledger;
mod plan;
mod progress;
mod runs;
mod tools;

use std::{path::Path, time::Duration};

use candor_report::ReportName;
use clap::Args;
use serde_json::json;

use self::{
    collector::DemoCollector,
    ledger::Ledger,
    plan::{COMPUTERS, OPTED_OUT, PlannedRun, Task, Telemetry, VERSIONS},
    progress::Progress,
    runs::Computers,
};
use crate::{failure::Failure, output, render};

/// Rounds of the plan: about eighty runs.
const ROUNDS: usize = 6;

/// How often a computer that still has something undelivered runs the tool once more: a helper that found another one
/// at work leaves its records to the next run.
const FURTHER_RUNS: usize = 20;

/// How long a helper is given before the tool is run once more.
const DELIVERY_CHECKS: usize = 40;
const DELIVERY_CHECK: Duration = Duration::from_millis(50);

/// Reports that the demo does not print: they repeat the others, or need weeks to say anything.
const NOT_SHOWN: [ReportName; 4] =
    [ReportName::Invocations, ReportName::Retention, ReportName::Live, ReportName::Pipeline];

const EXAMPLES: &str = "\
Examples:
  cargo run --release -- demo            stays up with a dashboard; Ctrl-C ends it and removes everything
  cargo run --release -- demo --exit     ends after the reports
  candor demo --exit --json              what was run and what was reported, for a script that compares";

/// See the whole way once: a collector, a tool that reports, and what its maintainers see
///
/// Starts a collector on a free port of this computer with its data in a temporary folder, builds the reference tool in
/// three versions, runs it many times as real processes (in CI and not, failing, opted out), waits for delivery, and
/// prints the reports. Nothing leaves this computer.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Demo {
    /// End after the reports, and do not stay up with the dashboard
    #[arg(long)]
    exit: bool,
    /// Print what was run and what was reported as JSON; implies --exit
    #[arg(long)]
    json: bool,
}

/// What the demo made, and what it was told of it afterwards.
struct Made {
    ledger: Ledger,
    reported: Ledger,
    off: u64,
}

impl Demo {
    pub(crate) fn run(self) -> Result<(), Failure> {
        crate::commands::block_on(self.run_to_end())
    }

    async fn run_to_end(self) -> Result<(), Failure> {
        let source = tools::source_tree()?;
        let folder = tempfile::Builder::new().prefix("candor-demo-").tempdir()?;
        let progress = Progress::new();
        let collector = DemoCollector::start(folder.path(), &source.join("apps/inventory/telemetry.toml")).await?;
        let made = make_runs(&source, folder.path(), &collector, &progress).await?;
        progress.finish();
        if self.json {
            let answer = json!({"made": made.ledger.to_json(), "reported": made.reported.to_json(), "off": made.off});
            output::print(&answer.to_string())?;
        } else {
            for name in ReportName::ALL.into_iter().filter(|name| !NOT_SHOWN.contains(name)) {
                let report = collector.report(name).await?;
                if !report.rows.is_empty() {
                    let screen = render::report(&report, output::width(), output::colour());
                    output::print(&format!("{}\n\n", screen.trim_end()))?;
                }
            }
        }
        let differences = made.ledger.differences(&made.reported);
        if !differences.is_empty() {
            let lines = differences.join("\n  ");
            return Err(Failure::new(format!("the reports differ from the runs that were made:\n  {lines}")));
        }
        if !self.json {
            output::print(&summary(&made, &collector, !self.exit)?)?;
            if !self.exit {
                tokio::signal::ctrl_c().await?;
            }
        }
        collector.stop().await
    }
}

/// Builds the tool, makes all runs, and waits until every record was delivered.
async fn make_runs(
    source: &Path,
    folder: &Path,
    collector: &DemoCollector,
    progress: &Progress,
) -> Result<Made, Failure> {
    let tools = tools::build_all(source, folder, |version| progress.say(format!("building inventory {version}")))?;
    let policies = source.join("apps/inventory-store/policies/baseline.toml");
    let computers = Computers::prepare(folder, tools, collector.url().to_owned(), policies)?;
    let runs = plan::plan(ROUNDS);
    let mut ledger = Ledger::default();
    progress.start("running inventory", runs.len());
    for run in &runs {
        computers.run(run)?;
        ledger.add(run);
        progress.advance();
    }
    deliver(&computers, &mut ledger, progress).await?;
    if computers.has_state(OPTED_OUT) {
        return Err(Failure::new("a tool whose telemetry was off has written files about its use"));
    }
    let reported = collector.wait_for(&ledger).await?;
    let off = runs.iter().filter(|run| run.telemetry != Telemetry::On).count() as u64;
    Ok(Made { ledger, reported, off })
}

/// Has every computer with something undelivered run the tool again, until nothing is.
async fn deliver(computers: &Computers, ledger: &mut Ledger, progress: &Progress) -> Result<(), Failure> {
    progress.say("waiting for delivery".to_owned());
    for _ in 0..FURTHER_RUNS {
        let mut waiting = Vec::new();
        for _ in 0..DELIVERY_CHECKS {
            waiting = (0..COMPUTERS).filter(|computer| !computers.is_delivered(*computer)).collect();
            if waiting.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(DELIVERY_CHECK).await;
        }
        for computer in waiting {
            let version = VERSIONS.len() - 1;
            let run = PlannedRun { computer, version, task: Task::ProvidersList, telemetry: Telemetry::On };
            computers.run(&run)?;
            ledger.add(&run);
        }
    }
    Err(Failure::new("some records were not delivered: is something between this program and its own loopback port?"))
}

/// What it comes to, and what to try next.
fn summary(made: &Made, collector: &DemoCollector, stays_up: bool) -> Result<String, Failure> {
    let bold = anstyle::Style::new().bold();
    let mut text = format!(
        "{bold}The reports equal the runs that were made{bold:#}: {} operations of {} versions on {COMPUTERS} computers.\n\
         {} runs had telemetry off; of them there is no trace.\n",
        made.ledger.total(),
        VERSIONS.len(),
        made.off,
    );
    if stays_up {
        text.push_str(&format!(
            "\nThe dashboard (the link works once):\n  {bold}{}{bold:#}\n\nTry next, in another terminal:\n  {}\n\nCtrl-C ends the demo and removes everything it made.",
            collector.signin_link()?,
            collector.commands().join("\n  "),
        ));
    }
    Ok(text)
}
