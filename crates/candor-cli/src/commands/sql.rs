use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use candor_server::Limits;
use candor_server::sql::{Most, SqlAnswer, answer};
use candor_store::QueryBounds;
use clap::Args;
use serde_json::{Map, Value, json};
use tokio::runtime::Builder;

use crate::failure::{Failure, While};
use crate::output;
use crate::source::{self, Source, SourceArgs};

const EXAMPLES: &str = "\
Examples:
  candor sql \"SELECT name, outcome, sum(count) AS n FROM facts GROUP BY 1, 2\" --data ./candor-data
  candor sql \"SELECT day, sum(count) AS n FROM facts GROUP BY day ORDER BY day\" \\
      --url http://127.0.0.1:8700 --token TOKEN --json

The columns of the table `facts` are in docs/storage.md. Over HTTP a token sees the rows of its
own project, or of all where it is of all, and the collector's own bounds hold.";

/// Ask in SQL: one SELECT over the table `facts`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Sql {
    /// The query
    query: String,
    #[command(flatten)]
    source: SourceArgs,
    /// With --data: how long the query may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().query_deadline.as_secs())]
    timeout: u64,
    /// With --data: memory that it may sort, group and join in, in MiB; what does not fit goes to disk
    #[arg(long, value_name = "MIB", default_value_t = (QueryBounds::default().memory_bytes >> 20) as u64)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=1 << 20))]
    memory: u64,
    /// Print JSON: {"columns", "rows", "truncated"}
    #[arg(long)]
    json: bool,
}

impl Sql {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self { query, source, timeout, memory, json } = self;
        let answer = match source.source()? {
            Source::Directory(dir) => ask(dir, query, timeout, memory)?,
            Source::Collector(collector) => {
                let body = collector.post("/api/v1/sql", &json!({ "sql": query }))?;
                serde_json::from_str(&body).or_failed_to(|| "understand the collector's answer".to_owned())?
            }
        };
        if json {
            return output::print(&serde_json::to_string(&answer)?);
        }
        output::print(&table(&answer)?)
    }
}

/// Answers from a directory, under the same bounds as over HTTP where no others are given: seconds, and MiB of memory.
///
/// The clock is this thread's: a query that computes without a pause takes all threads of its runtime, and with them the
/// runtime's clock. It is left behind when its time is over.
fn ask(dir: PathBuf, query: String, timeout: u64, memory: u64) -> Result<SqlAnswer, Failure> {
    let runtime = Builder::new_multi_thread().enable_all().build().or_failed_to(|| "start the runtime".to_owned())?;
    let (answer, answered) = mpsc::channel();
    runtime.spawn(async move {
        // Nobody waits for what comes too late.
        let _ = answer.send(answered_from(&dir, &query, memory).await);
    });
    let result = answered.recv_timeout(Duration::from_secs(timeout));
    runtime.shutdown_background();
    result.unwrap_or_else(|_| {
        let line = format!("the query took longer than {timeout} s: ask for less, or give it more by --timeout");
        Err(Failure::new(line))
    })
}

async fn answered_from(dir: &Path, query: &str, memory: u64) -> Result<SqlAnswer, Failure> {
    let (limits, mut bounds) = (Limits::default(), QueryBounds::default());
    bounds.memory_bytes = usize::try_from(memory << 20).unwrap_or(usize::MAX);
    let most = Most { rows: limits.query_rows, bytes: limits.query_answer_bytes };
    let session = source::session_within(dir, bounds).await?;
    Ok(answer(&session, query, most).await?)
}

fn table(answer: &SqlAnswer) -> Result<String, Failure> {
    let rows: Vec<Map<String, Value>> = serde_json::from_str(answer.rows.get())?;
    let mut table = output::table();
    table.set_header(answer.columns.iter().map(|column| &column.name));
    for row in &rows {
        table.add_row(answer.columns.iter().map(|column| text(row.get(&column.name))));
    }
    for (index, column) in answer.columns.iter().enumerate() {
        let is_number = column.data_type.contains("Int") || column.data_type.contains("Float");
        if is_number && let Some(shown) = table.column_mut(index) {
            shown.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
    let mut text = table.trim_fmt();
    if answer.truncated {
        text.push_str(&format!("\n(only the first {} rows are shown: use LIMIT or group them)", rows.len()));
    }
    Ok(text)
}

fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
