use std::path::PathBuf;

use candor_store::Catalog;
use candor_wire::Timestamp;
use clap::{ArgGroup, Args, ValueEnum};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use serde_json::json;

use super::block_on;
use crate::failure::Failure;
use crate::import::{Batch, Progress, Row, Rows, Sender, Shape, open};
use crate::output;

const EXAMPLES: &str = "\
Examples:
  candor import events.jsonl.gz --project inventory --data ./candor-data
  candor import events.parquet --project inventory --format posthog --url https://stats.example.org --key KEY

A collector must be running at the URL. One that was interrupted goes on where it was when the same
command is given again. docs/import.md says which exports are understood.";

/// Send the events of another product's export to a collector, at their own times
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group(ArgGroup::new("access").required(true)))]
pub(crate) struct Import {
    /// JSON lines or CSV, also gzipped, or Parquet
    file: PathBuf,
    /// The project that they are for
    #[arg(long, value_name = "NAME")]
    project: String,
    /// Whose export it is
    #[arg(long, value_enum, default_value_t = Format::Auto)]
    format: Format,
    /// The collector
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8700")]
    url: String,
    /// A write key of the project
    #[arg(long, value_name = "KEY", group = "access")]
    key: Option<String>,
    /// The collector's data directory, to take a write key from
    #[arg(long, value_name = "DIR", group = "access")]
    data: Option<PathBuf>,
    /// Begin anew, whatever an earlier import of this file did
    #[arg(long)]
    restart: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Told by the names of columns
    Auto,
    /// Segment and RudderStack: archives of the API's own JSON, and tables of a warehouse
    Segment,
    /// PostHog: batch exports, and the table of events as CSV
    Posthog,
}

impl Format {
    fn shape(self) -> Option<Shape> {
        match self {
            Self::Auto => None,
            Self::Segment => Some(Shape::Segment),
            Self::Posthog => Some(Shape::Posthog),
        }
    }
}

impl Import {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut rows = open(&self.file)?;
        let mut progress = Progress::load(&self.file, &self.project, self.restart)?;
        let before = progress.rows;
        if !progress.done {
            let bar = bar(&*rows);
            let sent = block_on(self.send(&mut *rows, &mut progress, &bar));
            bar.finish_and_clear();
            sent?;
        }
        self.tell(&progress, before)
    }

    async fn send(&self, rows: &mut dyn Rows, progress: &mut Progress, bar: &ProgressBar) -> Result<(), Failure> {
        let sender = Sender::new(&self.url, self.write_key().await?)?;
        rows.skip_rows(progress.rows)?;
        progress.shape = self.format.shape().or(progress.shape);
        let now = Timestamp::from_micros(jiff::Timestamp::now().as_microsecond());
        let mut batch = Batch::default();
        while let Some(Row { line, content }) = rows.next_row()? {
            progress.rows += 1;
            let item = match content {
                Ok(row) => self.shape_of(progress, &row)?.item(row, now),
                Err(bad) => Err(bad),
            };
            match item {
                Ok(item) => batch.push(item),
                Err(bad) => progress.bad.add(bad, line),
            }
            if batch.is_full() {
                self.send_batch(&sender, std::mem::take(&mut batch), progress).await?;
                bar.set_position(rows.position().0);
                bar.set_message(format!("{} events", HumanCount(progress.sent)));
            }
        }
        progress.done = true;
        self.send_batch(&sender, batch, progress).await
    }

    async fn send_batch(&self, sender: &Sender, batch: Batch, progress: &mut Progress) -> Result<(), Failure> {
        let items = batch.len();
        if let Some(shape) = progress.shape {
            sender.send(shape, batch).await?;
        }
        progress.sent += items;
        progress.save(&self.file)
    }

    /// As it was said or found before, or as this first row has it.
    fn shape_of(
        &self,
        progress: &mut Progress,
        row: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<Shape, Failure> {
        let shape = progress.shape.or_else(|| Shape::of(row)).ok_or_else(|| {
            Failure::new(format!(
                "{} has no column by which its shape could be told: give --format segment or --format posthog",
                self.file.display()
            ))
        })?;
        progress.shape = Some(shape);
        Ok(shape)
    }

    async fn write_key(&self) -> Result<String, Failure> {
        match (&self.key, &self.data) {
            (Some(key), _) => Ok(key.clone()),
            (None, Some(dir)) => {
                let keys = Catalog::open(dir).await?.keys(&self.project).await?;
                let valid = keys.into_iter().find(|key| key.valid).map(|key| key.key);
                let none = || {
                    Failure::new(format!(
                        "the project {0} has no valid write key: `candor keys create --project {0}` makes one",
                        self.project
                    ))
                };
                valid.ok_or_else(none)
            }
            (None, None) => Err(Failure::usage("give either --key KEY or --data DIR")),
        }
    }

    fn tell(&self, progress: &Progress, before: u64) -> Result<(), Failure> {
        if self.json {
            let answer = json!({
                "file": self.file,
                "project": self.project,
                "format": progress.shape.map(Shape::as_str),
                "rows": progress.rows,
                "rows_before": before,
                "sent": progress.sent,
                "not_sent": progress.bad.rows(),
                "reasons": progress.bad,
            });
            return output::print(&answer.to_string());
        }
        let (sent, rows) = (HumanCount(progress.sent), HumanCount(progress.rows));
        let mut text = format!("{sent} events of {rows} rows are at the collector");
        match before {
            0 => {}
            all if all == progress.rows => text.push_str("; all of them were before (--restart sends them again)"),
            some => text.push_str(&format!("; the first {} rows were done with before", HumanCount(some))),
        }
        if progress.bad.rows() > 0 {
            text.push_str(&format!("\n{} rows were not sent:{}", HumanCount(progress.bad.rows()), progress.bad));
        }
        text.push_str("\nWhat the collector made of them: GET /api/v1/projects/");
        text.push_str(&format!("{}/pipeline", self.project));
        output::print(&text)
    }
}

/// On standard error, and only where that is a terminal.
fn bar(rows: &dyn Rows) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} importing {bar:30} {percent}% {msg} {eta}");
    ProgressBar::new(rows.position().1).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
