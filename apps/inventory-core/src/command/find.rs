//! What the first command of a line finds.

use std::sync::Arc;

use inventory_store::{
    providers,
    schema::{Kind, Table, Value},
};

use super::{
    CommandError, Rows, Stage,
    definition::{definitions, usage},
    term::{search, table},
};
use crate::{
    core::Core,
    history::{self, JobRun},
    job::{self, Trigger},
};

/// The most resources of a kind that are looked at: no machine has as many, and the answer must fit into memory.
const MOST: u64 = 100_000;

/// The rows that a command finds.
pub(super) async fn find(core: &Arc<Core>, stage: &Stage) -> Result<Rows, CommandError> {
    match stage {
        Stage::List { kind } => resources(core, table(kind)?).await,
        Stage::Search { terms } => {
            let (table, conditions) = search(terms)?;
            let mut rows = resources(core, table).await?;
            rows.rows.retain(|row| conditions.iter().all(|condition| condition.holds(row)));
            Ok(rows)
        }
        Stage::Kinds => kinds(core).await,
        Stage::Providers => providers(core).await,
        Stage::Policies => policies(core).await,
        Stage::Jobs => jobs(core).await,
        Stage::Run { job } => Ok(run(&job::run(core, job, Trigger::Request).await?)),
        Stage::Help { command } => help(command.as_deref()),
        // Filters find nothing, and are never first.
        _ => Ok(Rows::default()),
    }
}

async fn resources(core: &Core, table: &'static Table) -> Result<Rows, CommandError> {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let stored = core.inventory.ask(move |database| database.rows(table, MOST)).await?;
    let stored = stored.ok_or(CommandError::NotCollected { table: table.name })?;
    Ok(Rows { rows: stored.rows, ..Rows::of(&columns) })
}

async fn kinds(core: &Core) -> Result<Rows, CommandError> {
    let counted = core.inventory.ask(|database| {
        let mut rows = Rows::of(&["kind", "resources", "about"]);
        for table in providers::ALL.into_iter().flat_map(|provider| provider.tables()) {
            rows.push([table.name.into(), database.count(table)?.into(), table.about.into()]);
        }
        Ok::<_, CommandError>(rows)
    });
    counted.await
}

async fn providers(core: &Core) -> Result<Rows, CommandError> {
    let sql = "SELECT provider, succeeded_at, row_count, error_class FROM fetches";
    let kinds = [Kind::Text, Kind::Text, Kind::Integer, Kind::Text];
    let fetches: Vec<Vec<Value>> =
        core.inventory.ask(move |database| database.query(sql, &[], &kinds).map_err(CommandError::from)).await?;
    let mut rows = Rows::of(&["provider", "version", "collected_at", "resources", "error_class", "about"]);
    for provider in providers::ALL {
        let fetch = fetches.iter().find(|fetch| fetch[0] == provider.name().into());
        let cell = |index: usize| fetch.map_or(Value::Absent, |fetch| fetch[index].clone());
        let (name, version, about) = (provider.name(), provider.version(), provider.about());
        rows.push([name.into(), version.into(), cell(1), cell(2), cell(3), about.into()]);
    }
    Ok(rows)
}

async fn policies(core: &Core) -> Result<Rows, CommandError> {
    let mut findings = core.inventory.ask(history::findings).await?;
    let mut rows = Rows::of(&["rule", "severity", "violations", "checked_at", "title"]);
    for rule in &core.settings.policy.rules {
        let [violations, checked_at] = findings.remove(&rule.name).unwrap_or([Value::Absent, Value::Absent]);
        let severity = rule.severity.to_string();
        rows.push([rule.name.as_str().into(), severity.into(), violations, checked_at, rule.title.as_str().into()]);
    }
    Ok(rows)
}

async fn jobs(core: &Core) -> Result<Rows, CommandError> {
    let mut last = core.inventory.ask(history::last_runs).await?;
    let mut rows =
        Rows::of(&["job", "task", "every", "running", "started_at", "duration_ms", "outcome", "error_class"]);
    for job in &core.settings.jobs {
        let run = last.remove(&job.name);
        rows.push([
            job.name.as_str().into(),
            job.task.name().into(),
            job.every.map(|every| every.to_string()).into(),
            core.is_running(job).into(),
            run.as_ref().map(|run| run.started_at.clone()).into(),
            run.as_ref().map(|run| run.duration_ms).into(),
            run.as_ref().map(|run| run.outcome).into(),
            run.and_then(|run| run.error_class).into(),
        ]);
    }
    Ok(rows)
}

fn run(run: &JobRun) -> Rows {
    let mut rows = Rows::of(&["job", "outcome", "duration_ms", "error_class", "said"]);
    let said = run.error.as_ref().or(run.summary.as_ref());
    rows.push([
        run.job.as_str().into(),
        run.outcome.into(),
        run.duration_ms.into(),
        run.error_class.clone().into(),
        said.cloned().into(),
    ]);
    rows
}

/// Every command in a line; or of one command what it takes.
fn help(name: Option<&str>) -> Result<Rows, CommandError> {
    let about = |about: Option<&clap::builder::StyledStr>| about.map(ToString::to_string).unwrap_or_default();
    let Some(name) = name else {
        let mut rows = Rows::of(&["command", "about"]);
        for command in definitions() {
            rows.push([usage(&command).into(), about(command.get_about()).into()]);
        }
        return Ok(rows);
    };
    let command = definitions().into_iter().find(|command| command.get_name() == name);
    let command = command.ok_or_else(|| CommandError::NoHelp { name: name.to_owned() })?;
    let mut rows = Rows::of(&["takes", "about"]);
    rows.push([usage(&command).into(), about(command.get_about()).into()]);
    for argument in command.get_arguments() {
        rows.push([argument.to_string().into(), about(argument.get_help()).into()]);
    }
    Ok(rows)
}
