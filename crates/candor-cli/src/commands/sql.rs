use candor_server::sql::{SqlAnswer, answer};
use clap::Args;
use serde_json::{Map, Value, json};

use super::block_on;
use crate::failure::{Failure, While};
use crate::output;
use crate::source::{self, Source, SourceArgs};

/// Rows that are shown at most; the same bound as over HTTP, so that both give the same answer.
const MOST_ROWS: usize = 10_000;

const EXAMPLES: &str = "\
Examples:
  candor sql \"SELECT name, outcome, sum(count) AS n FROM facts GROUP BY 1, 2\" --data ./candor-data
  candor sql \"SELECT day, sum(count) AS n FROM facts GROUP BY day ORDER BY day\" \\
      --url http://127.0.0.1:8700 --token TOKEN --json

The columns of the table `facts` are in docs/storage.md. Over HTTP a token sees the rows of its
own project.";

/// Ask in SQL: one SELECT over the table `facts`
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Sql {
    /// The query
    query: String,
    #[command(flatten)]
    source: SourceArgs,
    /// Print JSON: {"columns", "rows", "truncated"}
    #[arg(long)]
    json: bool,
}

impl Sql {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let answer = match self.source.source()? {
            Source::Directory(dir) => block_on(async {
                let session = source::session(&dir).await?;
                Ok(answer(&session, &self.query, MOST_ROWS).await?)
            })?,
            Source::Collector(collector) => {
                let body = collector.post("/api/v1/sql", &json!({ "sql": self.query }))?;
                serde_json::from_str(&body).or_failed_to(|| "understand the collector's answer".to_owned())?
            }
        };
        if self.json {
            return output::print(&serde_json::to_string(&answer)?);
        }
        output::print(&table(&answer)?)
    }
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
