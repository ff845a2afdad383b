use std::path::PathBuf;

use candor_store::Catalog;
use clap::Args;
use serde_json::json;

use crate::failure::{Failure, While};
use crate::output::{self, day};

const EXAMPLES: &str = "\
Examples:
  candor token list --data ./candor-data
  candor token list --project inventory --data ./candor-data --json";

/// List the tokens by their ids, those that have ended too
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    /// Only those of this project
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// The collector's data directory
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA")]
    data: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let listed = Catalog::open(&self.data).await?.tokens(self.project.as_deref()).await;
        let tokens = listed.or_failed_to(|| "list the tokens".to_owned())?;
        if self.json {
            let token = |token: &candor_store::Token| {
                json!({
                    "id": token.id,
                    "project": token.project,
                    "scopes": token.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
                    "label": token.label,
                    "created": token.created.to_string(),
                    "ends": token.ends.map(|ends| ends.to_string()),
                    "valid": token.valid,
                })
            };
            let tokens: Vec<_> = tokens.iter().map(token).collect();
            return output::print(&json!({ "tokens": tokens }).to_string());
        }
        let mut table = output::table();
        table.set_header(["id", "project", "may", "label", "created", "valid"]);
        for token in tokens {
            let valid = match (token.valid, token.ends) {
                (true, None) => "yes".to_owned(),
                (true, Some(ends)) => format!("until {}", day(ends)),
                (false, ends) => format!("no, ended {}", ends.map(day).unwrap_or_default()),
            };
            let project = token.project.unwrap_or_else(|| "(all)".to_owned());
            table.add_row([token.id, project, token.scopes.to_string(), token.label, day(token.created), valid]);
        }
        output::print(&table.to_string())
    }
}
