use std::path::PathBuf;

use candor_report::Period;
use candor_store::{Catalog, NewToken, TokenScopes};
use candor_wire::Timestamp;
use clap::{ArgGroup, Args};
use jiff::SignedDuration;
use serde_json::json;

use crate::failure::{Failure, While};
use crate::output::{self, day};

const EXAMPLES: &str = "\
Examples:
  candor token create --project inventory --scope read --data ./candor-data
  candor token create --all-projects --scope read,sql --label grafana --expires 1y --data ./candor-data

read: reports and the dashboard. sql: free SELECTs, which show single rows too. admin: erasing and
maintenance. None includes another. The token is shown only here; the collector keeps a hash of it.";

/// Make a token, of one project or of all
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group(ArgGroup::new("where").required(true)))]
pub(crate) struct Create {
    /// The project that it is for
    #[arg(long, value_name = "NAME", group = "where")]
    project: Option<String>,
    /// For every project, also those to come
    #[arg(long, group = "where")]
    all_projects: bool,
    /// What it may do: of read, sql and admin, with commas
    #[arg(long, value_name = "SCOPES", default_value = "read,sql")]
    scope: TokenScopes,
    /// Whom it is for, to tell it from others
    #[arg(long, value_name = "TEXT", default_value = "")]
    label: String,
    /// When it ends: 90d, 52w, 1y [default: never]
    #[arg(long, value_name = "TIME")]
    expires: Option<Period>,
    /// The collector's data directory
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA")]
    data: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Create {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let Self { project, scope, label, expires, data, json, .. } = self;
        let ends = expires.map(|period| {
            let ends = jiff::Timestamp::now() + SignedDuration::from_hours(24 * i64::from(period.days()));
            Timestamp::from_micros(ends.as_microsecond())
        });
        let new = NewToken { project: project.clone(), scopes: scope, label, ends };
        let created = Catalog::open(&data).await?.create_token(new).await;
        let created = created.or_failed_to(|| "create the token".to_owned())?;
        if json {
            let answer = json!({
                "id": created.id,
                "token": created.token,
                "project": project,
                "scopes": scope.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
                "ends": ends.map(|ends| ends.to_string()),
            });
            return output::print(&answer.to_string());
        }
        let of = project.map_or("every project".to_owned(), |name| format!("the project {name}"));
        let until = ends.map(|ends| format!(" until {}", day(ends))).unwrap_or_default();
        output::print(&format!(
            "{}\n\nIt may {scope} in {of}{until}. Keep it, it is shown only now; `candor token revoke --id {}` ends it.",
            created.token, created.id
        ))
    }
}
