//! A status for people.

use std::fmt::{self, Display, Formatter};

use super::{NoticeStatus, Recorded, Status};
use crate::{
    consent::{Level, Reading, Said},
    user::{shown, text::number, uploads::is_due},
};

/// More reports than this are only counted.
const MAX_REPORTS: usize = 10;

impl Display for Status {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { application, version, decision, .. } = self;
        writeln!(f, "Telemetry of {application} {version}: {}\n", meaning(decision.level))?;
        line(f, "decided by", &decision.decided_by)?;
        line(f, "notice", &self.notice)?;
        self.write_identity(f)?;
        let is_held_back = !decision.level.sends() && self.waiting != Recorded::default();
        line(f, if is_held_back { "held back" } else { "waiting" }, &self.waiting)?;
        line(f, "kept here", &self.kept)?;
        if self.lost > 0 {
            line(f, "lost", &format_args!("{}, which the next upload says", number(self.lost, "record")))?;
        }
        self.write_uploads(f)?;
        line(f, "sent to", &self.endpoint)?;
        line(f, "what, why", &self.docs)?;
        self.write_reports(f)?;
        self.write_sources(f)?;
        writeln!(f, "\nFiles")?;
        let path = |path: &Option<std::path::PathBuf>| match path {
            Some(path) => path.display().to_string(),
            None => "no place: there is no home directory, or it belongs to somebody else".to_owned(),
        };
        line(f, "choice", &path(&self.choice))?;
        line(f, "records", &path(&self.directory))?;
        if !self.damage.is_empty() {
            writeln!(f, "\nFound; nothing of it raises the level")?;
        }
        self.damage.iter().try_for_each(|found| writeln!(f, "  {}: {}", found.path.display(), found.what))
    }
}

impl Status {
    fn write_identity(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.identity.file {
            None => line(f, "identity", &self.identity.meaning()),
            Some((path, file)) => {
                line(f, "identity", &self.identity.meaning())?;
                line(f, "", &format_args!("{} ({})", path.display(), file.meaning()))
            }
        }
    }

    fn write_uploads(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.uploads.last {
            Some(last) => line(f, "last upload", &format_args!("{}: {}", shown(last.time), last.outcome))?,
            None => line(f, "last upload", &"none yet")?,
        }
        match (&self.uploads.refused_version, self.uploads.next, self.decision.level.sends()) {
            (_, _, false) => line(f, "next upload", &"none: nothing is sent at this level")?,
            (Some(version), ..) => {
                line(f, "next upload", &format_args!("none from {version}: the collector wants nothing more from it"))?;
            }
            (None, Some(next), true) if !is_due(next) => {
                line(f, "next upload", &format_args!("after {}", shown(next)))?
            }
            _ => line(f, "next upload", &"at the end of the next run")?,
        }
        match self.sent_requests {
            0 => Ok(()),
            requests => line(f, "sent log", &number(requests, "request")),
        }
    }

    fn write_reports(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.reports.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nReports of crashes and errors; `{} telemetry send ID` sends one", self.application)?;
        for report in self.reports.iter().rev().take(MAX_REPORTS) {
            writeln!(f, "  {report}")?;
        }
        match self.reports.len().saturating_sub(MAX_REPORTS) {
            0 => Ok(()),
            more => writeln!(f, "  and {more} older ones"),
        }
    }

    fn write_sources(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nWho was asked, in this order, and what they said")?;
        for Reading { source, said } in &self.decision.readings {
            match said {
                Said::Nothing => writeln!(f, "  nothing  {source}")?,
                Said::Level(level) => writeln!(f, "  {:<7}  {source}", level.as_str())?,
                Said::Unclear(why) => writeln!(f, "  unclear  {source}: {why}; taken as off")?,
            }
        }
        Ok(())
    }
}

fn line(f: &mut Formatter<'_>, name: &str, what: &dyn Display) -> fmt::Result {
    writeln!(f, "  {name:<11}  {what}")
}

fn meaning(level: Level) -> &'static str {
    match level {
        Level::Off => "off. Nothing is recorded and nothing is sent.",
        Level::Local => "local. Everything is recorded on this computer, and nothing is sent.",
        Level::Errors => "on, at level errors. Crashes and errors are recorded and sent, and nothing else.",
        Level::Stats => "on, at level stats. Usage, crashes and errors are recorded and sent.",
        Level::All => "on, at level all. Everything that the manifest declares is recorded and sent.",
    }
}

impl Display for NoticeStatus {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown => f.write_str("shown"),
            Self::NotShown => f.write_str("not shown yet; nothing is sent before the run after it"),
            Self::NotNeeded => f.write_str("not needed: you made a choice"),
            Self::News(news) => write!(f, "not shown yet for what is new: {}", news.join(", ")),
        }
    }
}

impl Display for Recorded {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.usage, self.reports) {
            (0, 0) => f.write_str("nothing"),
            (usage, 0) => write!(f, "{} of usage", number(usage, "record")),
            (0, reports) => f.write_str(&number(reports, "report")),
            (usage, reports) => write!(f, "{} of usage, {}", number(usage, "record"), number(reports, "report")),
        }
    }
}
