use candor::user;
use clap::Args;

use crate::failure::{Failure, While};
use crate::{output, tools};

const EXAMPLES: &str = "\
Examples:
  candor log inventory --since 7d
  candor log inventory -n 1 --json | jq -r '.requests[].body'

Each tool keeps the exact requests that it sent for 30 days, up to 1 MiB.";

/// Show what a tool of this computer sent, the newest last
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Log {
    /// The tool
    tool: String,
    /// Only what was sent since: 12h, 7d, 4w, or a day such as 2026-11-22
    #[arg(long, value_name = "TIME", value_parser = user::parse_since)]
    since: Option<candor_wire::Timestamp>,
    /// Only the newest requests, this many
    #[arg(long, short = 'n', value_name = "NUMBER")]
    count: Option<usize>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Log {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let tool = tools::find(&self.tool)?;
        let log = user::log(&tool, self.since).or_failed_to(|| "read what was sent".to_owned())?;
        let log = log.last(self.count.unwrap_or(usize::MAX));
        if self.json { output::print(&log.to_json()) } else { output::print(&log.to_string()) }
    }
}
