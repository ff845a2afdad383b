use candor_report::Period;
use candor_wire::Timestamp;
use clap::Args;
use jiff::SignedDuration;
use serde_json::json;

use super::Place;
use crate::failure::{Failure, While};
use crate::output;

const EXAMPLES: &str = "\
Examples:
  candor keys rotate --project inventory --data ./candor-data
  candor keys rotate --project inventory --key 5f0c9e1a0b1e4d56b0c85f0c9e1a0b1e --keep 30d --data ./candor-data

Put the new key into the next release; copies of the tool that still have the old one report
until its end. `candor keys revoke` ends a key at once.";

/// Make a new write key, and let the old ones end when most users will have the new one
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Rotate {
    /// The key to replace [default: all that are valid]
    #[arg(long, value_name = "VALUE")]
    key: Option<String>,
    /// How long the old keys go on to be taken
    #[arg(long, value_name = "TIME", default_value = "90d")]
    keep: Period,
    #[command(flatten)]
    place: Place,
}

impl Rotate {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let Place { project, json, .. } = &self.place;
        let ends = jiff::Timestamp::now() + SignedDuration::from_hours(24 * i64::from(self.keep.days()));
        let ends = Timestamp::from_micros(ends.as_microsecond());
        let rotated = self.place.catalog().await?.rotate_key(project, self.key.as_deref(), ends).await;
        let rotated = rotated.or_failed_to(|| "rotate the key".to_owned())?;
        if *json {
            let answer = json!({
                "project": project,
                "write_key": rotated.key,
                "ending": rotated.ending,
                "ends": ends.to_string(),
            });
            return output::print(&answer.to_string());
        }
        let mut text = format!("{} is a write key of the project {project}\n", rotated.key);
        for old in rotated.ending {
            text.push_str(&format!("{old} is taken for {} more days\n", self.keep.days()));
        }
        output::print(&text)
    }
}
