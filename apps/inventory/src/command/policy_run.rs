//! `inventory policy run`

use comfy_table::{Cell, Color};
use inventory_store::{
    counted,
    database::Database,
    policy::{Finding, Policy, Rule, evaluate},
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{CommandError, Ended};
use crate::{
    cli::PolicyRunArgs,
    config::Config,
    output::{lines, print, print_json, printable, table, warn},
    telemetry::{PolicyRun, Usage},
};

/// The violations of a rule that are shown as text; `--json` has up to 1000.
const SHOWN: usize = 10;

/// Checks all rules and shows what violates them.
///
/// # Errors
/// [`CommandError::Config`], [`CommandError::Policy`], [`CommandError::Database`], or [`CommandError::Rule`] for the first rule whose SQL fails:
/// then nothing is shown, because a policy that was checked in part looks like one that holds.
pub(crate) fn run(args: &PolicyRunArgs, usage: &Usage) -> Result<Ended, CommandError> {
    let mut run = usage.policy_run();
    let result = check(args, &mut run);
    run.finish(&result);
    result
}

fn check(args: &PolicyRunArgs, run: &mut PolicyRun<'_>) -> Result<Ended, CommandError> {
    let config = Config::load(&args.inventory)?;
    let policy = Policy::load(args.file.as_deref().or(config.policy.as_deref()))?;
    let mut database = Database::open_for_reading(&config.database)?;
    run.works_with(&mut database);
    let outdated = database.outdated()?;
    for provider in &outdated {
        warn(&format!("the last fetch of provider {provider} failed: its tables are old or missing"));
    }
    let findings = policy.rules.iter().map(|rule| evaluate(&mut database, rule)).collect::<Result<Vec<_>, _>>()?;

    let violations = findings.iter().map(|finding| finding.violations).sum();
    run.found(findings.len(), violations);
    if args.format.json {
        print_json(&Answer::of(&findings, outdated))?;
    } else {
        print(&text(&findings))?;
    }
    Ok(if violations > 0 && !args.warn { Ended::Violated } else { Ended::Well })
}

fn text(findings: &[Finding<'_>]) -> String {
    let mut summary = table(["RULE", "SEVERITY", "RESULT", "TITLE"]);
    for Finding { rule, violations, .. } in findings {
        let result = match violations {
            0 => Cell::new("holds").fg(Color::Green),
            many => Cell::new(counted(*many, "violation")).fg(Color::Red),
        };
        summary.add_row([Cell::new(&rule.name), Cell::new(rule.severity), result, Cell::new(printable(&rule.title))]);
    }
    let mut text = lines(&summary);
    for finding in findings.iter().filter(|finding| finding.violations > 0) {
        text.push_str(&details(finding));
    }
    let violated = findings.iter().filter(|finding| finding.violations > 0).count();
    format!("{text}\n{} checked, {violated} violated\n", counted(findings.len() as u64, "rule"))
}

/// The first violations of a rule, a line each.
fn details(finding: &Finding<'_>) -> String {
    let mut text = format!("\n{} ({})\n", finding.rule.name, finding.rule.severity);
    for row in finding.rows.iter().take(SHOWN) {
        let cells = finding.columns.iter().zip(row).map(|(column, value)| format!("{column}={}", shown(value)));
        text.push_str(&format!("  {}\n", printable(&cells.collect::<Vec<_>>().join("  ")).replace('\n', "\\n")));
    }
    let more = finding.violations.saturating_sub(SHOWN as u64);
    if more > 0 {
        text.push_str(&format!("  … and {more} more\n"));
    }
    text
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `--json`
#[derive(Serialize)]
struct Answer<'a> {
    violated: bool,
    rules: Vec<RuleAnswer<'a>>,
    /// Providers whose last fetch failed.
    outdated: Vec<String>,
}

#[derive(Serialize)]
struct RuleAnswer<'a> {
    name: &'a str,
    title: &'a str,
    severity: String,
    violations: u64,
    /// At most 1000.
    rows: Vec<Map<String, Value>>,
}

impl<'a> Answer<'a> {
    fn of(findings: &[Finding<'a>], outdated: Vec<String>) -> Self {
        let violated = findings.iter().any(|finding| finding.violations > 0);
        Self { violated, rules: findings.iter().map(RuleAnswer::of).collect(), outdated }
    }
}

impl<'a> RuleAnswer<'a> {
    fn of(finding: &Finding<'a>) -> Self {
        let Rule { name, title, severity, .. } = finding.rule;
        let object = |row: &Vec<Value>| finding.columns.iter().cloned().zip(row.iter().cloned()).collect();
        let rows = finding.rows.iter().map(object).collect();
        Self { name, title, severity: severity.to_string(), violations: finding.violations, rows }
    }
}
