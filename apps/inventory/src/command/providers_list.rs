//! `inventory providers list`

use inventory_store::{
    providers::{self, Provider},
    schema::{Column, Table},
};
use serde::Serialize;

use super::{CommandError, Ended};
use crate::{
    cli::ProvidersListArgs,
    output::{lines, print, print_json, table},
    telemetry::Usage,
};

/// Shows every provider; as JSON also the columns of its tables.
///
/// # Errors
/// [`CommandError::Output`].
pub(crate) fn run(args: &ProvidersListArgs, usage: &Usage) -> Result<Ended, CommandError> {
    let run = usage.providers_list();
    let result = show(args);
    run.finish(&result);
    result
}

fn show(args: &ProvidersListArgs) -> Result<Ended, CommandError> {
    if args.format.json {
        print_json(&Answer { providers: providers::ALL.map(ProviderAnswer::of) })?;
    } else {
        let mut table = table(["PROVIDER", "VERSION", "TABLES", "COLLECTS"]);
        for provider in providers::ALL {
            let tables: Vec<&str> = provider.tables().iter().map(|table| table.name).collect();
            table.add_row([provider.name(), provider.version(), &tables.join(", "), provider.about()]);
        }
        print(&lines(&table))?;
    }
    Ok(Ended::Well)
}

/// `--json`
#[derive(Serialize)]
struct Answer {
    providers: [ProviderAnswer; providers::ALL.len()],
}

#[derive(Serialize)]
struct ProviderAnswer {
    name: &'static str,
    version: &'static str,
    about: &'static str,
    tables: Vec<TableAnswer>,
}

#[derive(Serialize)]
struct TableAnswer {
    name: &'static str,
    about: &'static str,
    columns: Vec<ColumnAnswer>,
}

#[derive(Serialize)]
struct ColumnAnswer {
    name: &'static str,
    r#type: &'static str,
    optional: bool,
    about: &'static str,
}

impl ProviderAnswer {
    fn of(provider: &'static dyn Provider) -> Self {
        let tables = provider.tables().iter().map(|table| TableAnswer::of(table)).collect();
        Self { name: provider.name(), version: provider.version(), about: provider.about(), tables }
    }
}

impl TableAnswer {
    fn of(table: &Table) -> Self {
        let column = |column: &Column| ColumnAnswer {
            name: column.name,
            r#type: column.kind.name(),
            optional: column.optional,
            about: column.about,
        };
        Self { name: table.name, about: table.about, columns: table.columns.iter().map(column).collect() }
    }
}
