//! Which table has the columns that a question needs.

use std::collections::BTreeSet;

use candor_wire::{DURATIONS, EVENTS, GRAINS};
use datafusion::{
    arrow::datatypes::SchemaRef, common::TableReference, error::DataFusionError, prelude::SessionContext,
};

use crate::dimension::PREFIXES;

/// What happened and how it ended: a question asks for it without naming it.
pub(super) const HAPPENED: [&str; 7] = ["project", "day", "kind", "name", "parent", "outcome", "error_class"];

/// The column that only the grain of durations has.
pub(super) const DURATION: &str = "duration_bucket";

/// The columns that `installation_days` and `actives` can be filtered by, beside project and day.
const OF_INSTALLATIONS: [&str; 7] = ["version", "channel", "os", "arch", "ci", "container", "country"];

/// The schema in SQL of tables whose rows are added up while they are read.
const TALLIED: &str = "tallied";
/// The tables that may be there.
const TABLES: [&str; 3] = ["facts", "daily", "actives"];

/// The tables of a session. All but `facts` hold what can also be had from `facts`, and are made use of where they are
/// registered.
pub(super) struct Tables {
    pub(super) facts: SchemaRef,
    daily: Option<SchemaRef>,
    installation_days: Option<SchemaRef>,
    actives: Option<SchemaRef>,
    crashes: Option<SchemaRef>,
    /// Those of which there is another one for sums.
    tallied: Vec<&'static str>,
}

impl Tables {
    pub(super) async fn of(session: &SessionContext) -> Result<Self, DataFusionError> {
        let schema = async |name| match session.table_exist(name)? {
            true => session.table_provider(name).await.map(|table| Some(table.schema())),
            false => Ok(None),
        };
        Ok(Self {
            facts: session.table_provider("facts").await?.schema(),
            daily: schema("daily").await?,
            installation_days: schema("installation_days").await?,
            actives: schema("actives").await?,
            crashes: schema("crashes").await?,
            tallied: TABLES.into_iter().filter(|table| is_tallied(session, table)).collect(),
        })
    }

    /// The name in SQL of a table that is asked for nothing but sums of `count` and for what there is at all: its rows may be added up already, by the
    /// columns that are asked for.
    pub(super) fn for_sums(&self, table: &str) -> String {
        match self.tallied.contains(&table) {
            true => format!("{TALLIED}.{table}"),
            false => table.to_owned(),
        }
    }

    /// The grains of `daily` that together have all of `columns`.
    pub(super) fn grains<'a>(&self, columns: &BTreeSet<&'a str>) -> Option<Vec<&'a str>> {
        has(self.daily.as_ref()?, columns).then(|| grains_of(columns)).flatten()
    }

    /// Whether `installation_days` is there and has all of `columns`.
    pub(super) fn installation_days_have(&self, columns: &BTreeSet<&str>) -> bool {
        self.installation_days.is_some() && columns.iter().all(|column| OF_INSTALLATIONS.contains(column))
    }

    /// Whether `actives` is there and has all of `columns`.
    pub(super) fn actives_have(&self, columns: &BTreeSet<&str>) -> bool {
        self.actives.is_some() && columns.iter().all(|column| OF_INSTALLATIONS.contains(column))
    }

    /// Whether `crashes` is there and has all of `columns`.
    pub(super) fn crashes_have(&self, columns: &BTreeSet<&str>) -> bool {
        self.crashes.as_ref().is_some_and(|crashes| has(crashes, columns))
    }

    /// Whether `facts` has this column: those of attributes are there once one was reported.
    pub(super) fn facts_have(&self, column: &str) -> bool {
        self.facts.index_of(column).is_ok()
    }
}

fn is_tallied(session: &SessionContext, table: &str) -> bool {
    // A session without that schema says so by an error.
    session.table_exist(TableReference::partial(TALLIED, table)).unwrap_or(false)
}

fn has(schema: &SchemaRef, columns: &BTreeSet<&str>) -> bool {
    columns.iter().all(|column| schema.index_of(column).is_ok())
}

/// Whether a column is that of a declared attribute.
pub(super) fn is_attribute(column: &str) -> bool {
    PREFIXES.iter().any(|prefix| column.starts_with(prefix))
}

/// Whether a grain can be of this attribute: not of numbers.
fn has_grain(attribute: &str) -> bool {
    [PREFIXES[0], PREFIXES[2]].iter().any(|prefix| attribute.starts_with(prefix))
}

/// The grains that together keep all of `columns`, beside [`HAPPENED`]: one, and where durations are asked for
/// another, which has those. None where there are none. That of an attribute has only the facts in which it is not null.
fn grains_of<'a>(columns: &BTreeSet<&'a str>) -> Option<Vec<&'a str>> {
    let own: Vec<&'a str> = columns.iter().copied().filter(|column| !HAPPENED.contains(column)).collect();
    match own.as_slice() {
        [] => Some(vec![EVENTS.name]),
        [DURATION] => Some(vec![EVENTS.name, DURATIONS.name]),
        [attribute] if has_grain(attribute) => Some(vec![attribute]),
        own => GRAINS
            .iter()
            .find(|grain| !grain.names_timed && own.iter().all(|column| grain.columns.contains(column)))
            .map(|grain| vec![grain.name]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_answered_by_the_grain_that_has_its_columns() {
        for (columns, grains) in [
            (&["kind", "name"][..], Some(&["events"][..])),
            (&["duration_bucket"], Some(&["events", "durations"])),
            (&["version", "outcome"], Some(&["release"])),
            (&["os", "arch"], Some(&["platform"])),
            (&["text_provider"], Some(&["text_provider"])),
            (&["bool_tls"], Some(&["bool_tls"])),
            (&["int_bytes"], None),
            (&["version", "os"], None),
            (&["version", "duration_bucket"], None),
            (&["text_provider", "version"], None),
            (&["text_provider", "int_bytes"], None),
            (&["installation"], None),
            (&["time"], None),
        ] {
            assert_eq!(grains_of(&columns.iter().copied().collect()).as_deref(), grains, "{columns:?}");
        }
    }
}
