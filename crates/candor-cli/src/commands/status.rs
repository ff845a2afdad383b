use candor::NoFlags;
use candor::consent::Source;
use candor::user::{self, Damage, Found, Outcome, Tool};
use clap::Args;
use serde_json::{Value, json};

use crate::failure::{Failure, While};
use crate::render::printable;
use crate::{output, tools};

/// How far back is counted what was sent; the log does not hold more.
const SINCE: &str = "30d";

/// The most columns of what was sent, and the most names in it.
const SENT: usize = 44;
const NAMES: usize = 4;

const EXAMPLES: &str = "\
Examples:
  candor status                what each tool records, who decided that, and what it sent in 30 days
  candor status inventory      everything about one tool
  candor status --json

Tools leave what they record in $CANDOR_HOME, or in candor below $XDG_STATE_HOME or
~/.local/state. Changes nothing: see candor off --help and candor on --help.";

/// Show the telemetry of every tool of this computer
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Status {
    /// Only this tool, with everything there is to know
    tool: Option<String>,
    /// Print JSON: {"tools", "found"}
    #[arg(long)]
    json: bool,
}

/// What there is to say of a tool.
struct Seen {
    status: user::Status,
    /// How often what was sent, by name.
    sent: Vec<(String, u64)>,
}

impl Status {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self.tool {
            Some(name) => {
                let seen = look(&tools::find(&name)?)?;
                let sent = format!("\nSent in 30 days\n  {}\n", listed(&seen.sent, usize::MAX));
                if self.json {
                    output::print(&seen.json()?.to_string())
                } else {
                    output::print(&(seen.status.to_string() + &sent))
                }
            }
            None => {
                let (seen, found) = look_at_all(&tools::all()?)?;
                if self.json { output::print(&as_json(&seen, &found)?) } else { output::print(&screen(&seen, &found)) }
            }
        }
    }
}

fn look(tool: &Tool) -> Result<Seen, Failure> {
    let since = user::parse_since(SINCE).ok();
    let log = user::log(tool, since).or_failed_to(|| "read what was sent".to_owned())?;
    let mut sent: Vec<(String, u64)> = log.by_name().into_iter().collect();
    sent.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(Seen { status: user::status(tool, &NoFlags), sent })
}

fn look_at_all(all: &[Found]) -> Result<(Vec<Seen>, Vec<Damage>), Failure> {
    let (mut seen, mut damage) = (Vec::new(), Vec::new());
    for found in all {
        match &found.tool {
            Ok(tool) => match look(tool) {
                Ok(tool) => {
                    damage.extend(tool.status.damage.iter().cloned());
                    seen.push(tool);
                }
                Err(Failure::Failed(line)) => return Err(Failure::Failed(format!("{}: {line}", found.name))),
                Err(other) => return Err(other),
            },
            Err(found) => damage.push(found.clone()),
        }
    }
    // The user's file is the same for every tool.
    damage.sort_by(|one, other| one.path.cmp(&other.path));
    damage.dedup();
    Ok((seen, damage))
}

impl Seen {
    fn json(&self) -> Result<Value, Failure> {
        let mut value: Value = serde_json::from_str(&self.status.to_json())?;
        value["sent_30d"] = self.sent.iter().map(|(name, count)| (name.clone(), Value::from(*count))).collect();
        Ok(value)
    }
}

fn as_json(seen: &[Seen], found: &[Damage]) -> Result<String, Failure> {
    let tools: Vec<Value> = seen.iter().map(Seen::json).collect::<Result<_, _>>()?;
    let found = found.iter().map(|damage| json!({ "path": damage.path.to_string_lossy(), "what": damage.what }));
    Ok(json!({ "tools": tools, "found": found.collect::<Vec<_>>() }).to_string())
}

fn screen(seen: &[Seen], found: &[Damage]) -> String {
    let mut screen = String::new();
    if seen.is_empty() {
        screen.push_str("No tool of this computer has recorded anything yet.\n");
    } else {
        let mut table = output::table();
        table.set_header([
            "tool",
            "version",
            "level",
            "decided by",
            "identity",
            "last upload",
            "sent in 30 days",
            "waiting",
        ]);
        for Seen { status, sent } in seen {
            let waiting = (status.waiting.usage + status.waiting.reports).to_string();
            table.add_row([
                printable(&status.application, usize::MAX),
                printable(&status.version, 24),
                status.decision.level.to_string(),
                printable(&decided_by(&status.decision.decided_by), 32),
                status.identity.mode.as_str().to_owned(),
                last_upload(status),
                printable(&listed(sent, NAMES), SENT),
                waiting,
            ]);
        }
        if let Some(column) = table.column_mut(7) {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
        screen.push_str(&table.trim_fmt());
        screen.push('\n');
    }
    if !found.is_empty() {
        screen.push_str("\nFound; nothing of it raises a level\n");
    }
    for Damage { path, what, .. } in found {
        screen.push_str(&format!(
            "  {}: {}\n",
            printable(&path.to_string_lossy(), usize::MAX),
            printable(what, usize::MAX)
        ));
    }
    screen
}

/// In a few words; the whole path is in `candor status TOOL`.
fn decided_by(source: &Source) -> String {
    match source {
        Source::UserChoice(_) => "your choice".to_owned(),
        Source::SystemPolicy(_) => "the system's policy".to_owned(),
        other => other.to_string(),
    }
}

fn last_upload(status: &user::Status) -> String {
    match &status.uploads.last {
        None => "none yet".to_owned(),
        Some(last) => match last.outcome {
            Outcome::Failed(_) => format!("{}, failed", user::shown(last.time)),
            Outcome::Unfinished => format!("{}, unfinished", user::shown(last.time)),
            _ => user::shown(last.time),
        },
    }
}

/// `12 fetch, 3 queries and 2 more`
fn listed(sent: &[(String, u64)], most: usize) -> String {
    if sent.is_empty() {
        return "nothing".to_owned();
    }
    let names: Vec<String> = sent.iter().take(most).map(|(name, count)| format!("{count} {name}")).collect();
    match sent.len().saturating_sub(most) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
