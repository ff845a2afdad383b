use std::path::{Path, PathBuf};

use candor_store::{BackedUp, files_and_bytes};
use clap::Args;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use serde_json::json;

use super::block_on;
use crate::failure::Failure;
use crate::output;

const BACKUP_EXAMPLES: &str = "\
Examples:
  candor backup --data ./candor-data --to /backup/candor-2026-11-22

A collector may be running: everything that was acknowledged before the command began is in the
backup, exactly once. It holds the projects' secrets: keep it as private as the data directory.";

/// Copy a data directory, beside a running collector
#[derive(Debug, Args)]
#[command(after_help = BACKUP_EXAMPLES)]
pub(crate) struct Backup {
    /// The collector's data directory
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA")]
    data: PathBuf,
    /// Where to: a directory that is missing or empty
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const RESTORE_EXAMPLES: &str = "\
Examples:
  candor restore /backup/candor-2026-11-22 --data ./candor-data

Start the collector on it afterwards: batches that clients send again are still known.";

/// Make a data directory of a backup
#[derive(Debug, Args)]
#[command(after_help = RESTORE_EXAMPLES)]
pub(crate) struct Restore {
    /// What `candor backup` made
    backup: PathBuf,
    /// The data directory: missing or empty
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA")]
    data: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Backup {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self { data, to, json } = self;
        let bar = bar(&data);
        let made = block_on(async { Ok(candor_store::backup(&data, &to, |bytes| bar.inc(bytes)).await?) });
        bar.finish_and_clear();
        told(&made?, &to, json, "backed up to")
    }
}

impl Restore {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self { backup, data, json } = self;
        let bar = bar(&backup);
        let made = block_on(async { Ok(candor_store::restore(&backup, &data, |bytes| bar.inc(bytes)).await?) });
        bar.finish_and_clear();
        told(&made?, &data, json, "restored to")
    }
}

/// On standard error, and only where that is a terminal.
fn bar(dir: &Path) -> ProgressBar {
    let (_, bytes) = files_and_bytes(dir).unwrap_or_default();
    let style = ProgressStyle::with_template("{spinner} copying {bar:30} {bytes}/{total_bytes} {eta}");
    ProgressBar::new(bytes).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn told(made: &BackedUp, place: &Path, json: bool, what: &str) -> Result<(), Failure> {
    if json {
        let answer = json!({
            "directory": place.display().to_string(),
            "files": made.files,
            "bytes": made.bytes,
            "rows": made.rows,
        });
        return output::print(&answer.to_string());
    }
    output::print(&format!(
        "{what} {}: {} rows, {} files, {}",
        place.display(),
        HumanCount(made.rows),
        HumanCount(made.files),
        HumanBytes(made.bytes)
    ))
}
