use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use candor_server::Limits;
use candor_store::{Finding, Health, examine};
use clap::Args;
use serde_json::json;

use super::block_on;
use crate::failure::Failure;
use crate::{output, source};

const EXAMPLES: &str = "\
Examples:
  candor doctor --data ./candor-data
  candor doctor --data ./candor-data --url http://127.0.0.1:8700
  candor doctor --data ./candor-data --json

Changes nothing; a collector may be running. Exit status: 0, or 1 where something is bad.";

/// Look over a data directory: what is sound, what is damaged, and what to do
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Doctor {
    /// The collector's data directory
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA")]
    data: PathBuf,
    /// Also ask the collector at this address whether it can take events
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Print JSON: {"findings": [{"subject", "health", "seen", "advice"}]}
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut findings = block_on(async { Ok(examine(&self.data).await) })?;
        findings.push(descriptors());
        findings.extend(self.url.as_deref().map(readiness));
        if self.json {
            output::print(&as_json(&findings))?;
        } else {
            output::print(&screen(&findings))?;
        }
        match findings.iter().filter(|finding| finding.health == Health::Bad).count() {
            0 => Ok(()),
            1 => Err(Failure::new("one thing is bad")),
            count => Err(Failure::new(format!("{count} things are bad"))),
        }
    }
}

/// Whether as many connections can be open as a collector takes.
fn descriptors() -> Finding {
    let subject = "descriptors";
    let wanted = Limits::default().connections as u64 + 100;
    match rustix::process::getrlimit(rustix::process::Resource::Nofile).current {
        Some(most) if most < wanted => Finding::remark(
            subject,
            format!("{most} files can be open at once"),
            format!(
                "a collector with all its connections has {wanted}: raise it (`ulimit -n`, or LimitNOFILE of systemd)"
            ),
        ),
        most => {
            let most = most.map_or("any number of".to_owned(), |most| most.to_string());
            Finding::good(subject, format!("{most} files can be open at once"))
        }
    }
}

fn readiness(url: &str) -> Finding {
    let subject = "readiness";
    let path = format!("{}/readyz", url.trim_end_matches('/'));
    let asked = block_on(async { Ok(source::client()?.get(&path).send().await?.status()) });
    match asked {
        Ok(status) if status.is_success() => Finding::good(subject, format!("{url} can take events")),
        Ok(status) => Finding::bad(subject, format!("{path} answers {status}"), "look at its log"),
        Err(_) => Finding::bad(subject, format!("{path} does not answer"), "is it running, and at this address?"),
    }
}

fn as_json(findings: &[Finding]) -> String {
    let finding = |finding: &Finding| {
        json!({
            "subject": finding.subject,
            "health": finding.health.as_str(),
            "seen": finding.seen,
            "advice": finding.advice,
        })
    };
    json!({ "findings": findings.iter().map(finding).collect::<Vec<_>>() }).to_string()
}

fn screen(findings: &[Finding]) -> String {
    let widest = findings.iter().map(|finding| finding.subject.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Finding { subject, health, seen, advice } in findings {
        let (mark, colour) = match health {
            Health::Good => ("✓", AnsiColor::Green),
            Health::Remark => ("!", AnsiColor::Yellow),
            Health::Bad => ("✗", AnsiColor::Red),
        };
        let style = Style::new().fg_color(Some(colour.into())).bold();
        text.push_str(&format!("{style}{mark}{style:#} {subject:widest$}  {seen}\n"));
        if let Some(advice) = advice {
            text.push_str(&format!("  {:widest$}  {advice}\n", ""));
        }
    }
    text
}
