use std::path::Path;
use std::time::Duration;

use candor_server::{App, Limits};
use candor_store::{Progress, StoreOptions, Task as StoreTask};
use clap::{Args, ValueEnum};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::block_on;
use crate::failure::Failure;
use crate::output;
use crate::source::{Source, SourceArgs};

const SECONDS_A_DAY: u64 = 24 * 3600;

const EXAMPLES: &str = "\
Examples:
  candor maintain compact --data ./candor-data
  candor maintain retain --data ./candor-data --keep-events 30
  candor maintain vacuum --url http://127.0.0.1:8700 --token TOKEN

A running collector does all this by itself and has the directory for itself: ask it with --url and
a token with the scope admin. Killed in between, it can simply be done again.";

/// Keep the tables of a collector small and quick
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Maintain {
    /// What to do
    #[arg(value_enum)]
    task: Task,
    #[command(flatten)]
    source: SourceArgs,
    /// With --data: days that single events are kept
    #[arg(long, value_name = "DAYS", default_value_t = StoreOptions::default().keep_events)]
    keep_events: u32,
    /// With --data: days that sums are kept
    #[arg(long, value_name = "DAYS", default_value_t = StoreOptions::default().keep_sums)]
    keep_sums: u32,
    /// With --data: days that minidumps are kept
    #[arg(long, value_name = "DAYS", default_value_t = default_minidump_days())]
    keep_minidumps: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Task {
    /// Small files become large ones, where that pays
    Compact,
    /// The same with every day, also those in good order
    CompactAll,
    /// Days that are older than they are kept for go
    Retain,
    /// Files go that no version of a table has named for an hour
    Vacuum,
    /// The sums are made anew from the events that are kept
    Rollup,
}

impl Task {
    fn of_store(self) -> StoreTask {
        match self {
            Self::Compact => StoreTask::Compact { everything: false },
            Self::CompactAll => StoreTask::Compact { everything: true },
            Self::Retain => StoreTask::Retain,
            Self::Vacuum => StoreTask::Vacuum,
            Self::Rollup => StoreTask::Rollup,
        }
    }
}

impl Maintain {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self { task, source, keep_events, keep_sums, keep_minidumps, json } = self;
        let done = match source.source()? {
            Source::Directory(dir) => {
                let mut options = StoreOptions::default();
                (options.keep_events, options.keep_sums) = (keep_events, keep_sums);
                let bar = bar();
                let shown = bar.clone();
                let done = block_on(async {
                    let mut limits = Limits::default();
                    limits.keep_minidumps = days(keep_minidumps);
                    let app = open(&dir, limits, options).await?;
                    let done = app.maintain(task.of_store(), move |progress| show(&shown, progress)).await?;
                    app.close().await?;
                    Ok(serde_json::to_value(done)?)
                });
                bar.finish_and_clear();
                done?
            }
            Source::Collector(collector) => {
                let name = task.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
                let bar = waiting(collector.url());
                let answer = collector.post_and_wait(&format!("/api/v1/maintenance/{name}"), &json!({}));
                bar.finish_and_clear();
                serde_json::from_str(&answer?)?
            }
        };
        told(&done, json)
    }
}

pub(super) fn days(days: u32) -> Duration {
    Duration::from_secs(u64::from(days) * SECONDS_A_DAY)
}

pub(super) fn default_minidump_days() -> u32 {
    u32::try_from(Limits::default().keep_minidumps.as_secs() / SECONDS_A_DAY).unwrap_or(u32::MAX)
}

/// A collector without a socket, on a directory that no other has.
pub(super) async fn open(dir: &Path, limits: Limits, mut options: StoreOptions) -> Result<App, Failure> {
    if !dir.join("tables").is_dir() {
        return Err(Failure::new(format!("{} is no data directory of a collector", dir.display())));
    }
    options.maintenance_interval = None;
    Ok(App::open(dir, limits, options).await?)
}

pub(super) fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {bar:30} {pos}/{len} {eta}");
    ProgressBar::new(1).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

pub(super) fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.total);
    bar.set_position(progress.done);
}

/// While another process works.
pub(super) fn waiting(url: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(format!("the collector at {url} is at work"));
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

pub(super) fn told(done: &Value, json: bool) -> Result<(), Failure> {
    if json {
        return output::print(&done.to_string());
    }
    let number = |key: &str| done[key].as_u64().unwrap_or(0);
    output::print(&format!(
        "{} files of {} removed, {} of {} written, {} rows gone",
        HumanCount(number("files_removed")),
        HumanBytes(number("bytes_removed")),
        HumanCount(number("files_written")),
        HumanBytes(number("bytes_written")),
        HumanCount(number("rows_removed")),
    ))
}
