//! `inventory fetch`

use std::collections::BTreeMap;

use inventory_store::{
    Classified, Fetched, Observer, counted,
    database::{Database, Location},
    fetch,
    machine::Machine,
    providers, with_causes,
};
use serde::Serialize;

use super::{CommandError, Ended};
use crate::{
    cli::FetchArgs,
    config::Config,
    output::{lines, print, print_json, printable, table, warn},
    progress::Progress,
    telemetry::{self, FetchRun, Usage},
};

/// Collects, stores and shows how it went.
///
/// # Errors
/// [`CommandError::Config`], [`CommandError::Root`] or [`CommandError::Database`]; [`CommandError::Providers`] after everything
/// else was done and shown.
pub(crate) fn run(args: &FetchArgs, usage: &Usage) -> Result<Ended, CommandError> {
    let mut run = usage.fetch();
    let result = collect(args, &mut run);
    run.finish(&result);
    result
}

fn collect(args: &FetchArgs, run: &mut FetchRun<'_>) -> Result<Ended, CommandError> {
    let config = Config::load(&args.inventory)?;
    let providers = providers::chosen(if args.providers.is_empty() { &config.providers } else { &args.providers });
    run.asks(&providers, config.database.kind());
    let machine = Machine::open(&args.root)?;
    let mut database = Database::create_or_open(&config.database)?;
    run.works_with(&mut database);
    let shown = Shown { progress: Progress::of(providers.len()), run };
    let fetched = fetch(&providers, &machine, &mut database, &shown)?;
    drop(shown);

    run.resources(fetched.iter().map(Fetched::row_count).sum());
    for Fetched { provider, tables, .. } in &fetched {
        if let Err(error) = tables {
            run.provider_failed(*provider, error);
        }
    }
    if args.format.json {
        print_json(&Answer::of(&fetched, &config.database))?;
    } else {
        print(&text(&fetched, &config.database))?;
    }
    match fetched.iter().filter(|fetched| fetched.tables.is_err()).count() {
        0 => Ok(Ended::Well),
        failed => Err(CommandError::Providers { failed, asked: fetched.len() }),
    }
}

/// What is shown and what is recorded of a fetch while it goes.
struct Shown<'a> {
    progress: Progress,
    run: &'a FetchRun<'a>,
}

impl Observer for Shown<'_> {
    type Collecting = telemetry::Collecting;
    type Storing = telemetry::Storing;

    fn collecting(&self, provider: &'static str) -> Self::Collecting {
        self.run.collecting(provider)
    }

    fn storing(&self, provider: &'static str) -> Self::Storing {
        self.run.storing(provider)
    }

    fn finished(&self, provider: &'static str) {
        self.progress.finished(provider);
    }
}

fn text(fetched: &[Fetched], database: &Location) -> String {
    let mut table = table(["PROVIDER", "VERSION", "RESOURCES", "TIME", "RESULT"]);
    for Fetched { provider, collecting, tables } in fetched {
        let time = format!("{:.1} ms", collecting.as_secs_f64() * 1000.0);
        let (rows, result) = match tables {
            Ok(tables) => (tables.iter().map(|(_, rows)| rows).sum::<usize>().to_string(), "stored".to_owned()),
            Err(error) => {
                let reason = with_causes(error);
                warn(&format!("provider {}: {reason}", provider.name()));
                ("-".to_owned(), "failed".to_owned())
            }
        };
        table.add_row([provider.name().to_owned(), provider.version().to_owned(), rows, time, result]);
    }
    let resources: usize = fetched.iter().map(Fetched::row_count).sum();
    let database = printable(&database.to_string());
    format!("{}\n{} in {database}\n", lines(&table), counted(resources as u64, "resource"))
}

/// `--json`
#[derive(Serialize)]
struct Answer {
    database: String,
    resources: usize,
    providers: Vec<ProviderAnswer>,
}

#[derive(Serialize)]
struct ProviderAnswer {
    name: &'static str,
    version: &'static str,
    outcome: &'static str,
    duration_ms: f64,
    /// Rows by table.
    tables: BTreeMap<&'static str, usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_class: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Answer {
    fn of(fetched: &[Fetched], database: &Location) -> Self {
        Self {
            database: database.to_string(),
            resources: fetched.iter().map(Fetched::row_count).sum(),
            providers: fetched.iter().map(ProviderAnswer::of).collect(),
        }
    }
}

impl ProviderAnswer {
    fn of(fetched: &Fetched) -> Self {
        let error = fetched.tables.as_ref().err();
        Self {
            name: fetched.provider.name(),
            version: fetched.provider.version(),
            outcome: if error.is_some() { "error" } else { "ok" },
            duration_ms: fetched.collecting.as_micros() as f64 / 1000.0,
            tables: fetched.tables.iter().flatten().copied().collect(),
            error_class: error.map(|error| error.class().name()),
            error: error.map(|error| with_causes(error)),
        }
    }
}
