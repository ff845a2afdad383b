use candor_server::Limits;
use candor_store::StoreOptions;
use clap::Args;
use serde_json::json;

use super::{block_on, maintain};
use crate::failure::Failure;
use crate::source::{Source, SourceArgs, require_project};

const EXAMPLES: &str = "\
Examples:
  candor erase --project inventory --installation 7e3f0c1a-… --data ./candor-data
  candor erase --project inventory --installation 7e3f0c1a-… --url http://127.0.0.1:8700 --token TOKEN

The installation is named as its tool names it: `TOOL telemetry status` shows it to its user. Its rows
go, and what they added to sums; files that had them are written again or deleted. Backups are yours
to erase. A project that recognises installations for a day or a month no longer knows who was who
before that, and neither does this command. A running collector has the directory for itself: ask it
with --url and a token with the scope admin.";

/// Erase all that is known of one installation
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Erase {
    /// The project
    #[arg(long, value_name = "NAME")]
    project: String,
    /// The installation's identifier, as its tool sends it
    #[arg(long, value_name = "ID")]
    installation: String,
    #[command(flatten)]
    source: SourceArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Erase {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self { project, installation, source, json } = self;
        let done = match source.source()? {
            Source::Directory(dir) => {
                let bar = maintain::bar();
                let shown = bar.clone();
                let done = block_on(async {
                    require_project(&dir, &project).await?;
                    let app = maintain::open(&dir, Limits::default(), StoreOptions::default()).await?;
                    let show = move |progress| maintain::show(&shown, progress);
                    let done = app.erase(&project, &installation, show).await?;
                    app.close().await?;
                    Ok(serde_json::to_value(done)?)
                });
                bar.finish_and_clear();
                done?
            }
            Source::Collector(collector) => {
                let bar = maintain::waiting(collector.url());
                let wish = json!({ "installation": installation });
                let answer = collector.post_and_wait(&format!("/api/v1/projects/{project}/erase"), &wish);
                bar.finish_and_clear();
                serde_json::from_str(&answer?)?
            }
        };
        maintain::told(&done, json)
    }
}
