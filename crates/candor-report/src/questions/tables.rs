//! Which table has the columns that a question needs.

use std::collections::BTreeSet;

use candor_wire::{BASE_DIMENSIONS, GRAINS};
use datafusion::{arrow::datatypes::SchemaRef, error::DataFusionError, prelude::SessionContext};

use crate::dimension::PREFIXES;

/// The grain of a question that needs no dimension but those of every grain: the one with the fewest rows.
pub(super) const SMALLEST_GRAIN: &str = "channel";

/// The columns that `installation_days` and `actives` can be filtered by, beside project and day.
const OF_INSTALLATIONS: [&str; 7] = ["version", "channel", "os", "arch", "ci", "container", "country"];

/// The tables of a session. All but `facts` hold what can also be had from `facts`, and are made use of where they are
/// registered.
pub(super) struct Tables {
    pub(super) facts: SchemaRef,
    daily: Option<SchemaRef>,
    installation_days: Option<SchemaRef>,
    actives: Option<SchemaRef>,
    crashes: Option<SchemaRef>,
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
        })
    }

    /// The grain of `daily` that has all of `columns`.
    pub(super) fn grain<'a>(&self, columns: &BTreeSet<&'a str>) -> Option<&'a str> {
        has(self.daily.as_ref()?, columns).then(|| grain_of(columns)).flatten()
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

fn has(schema: &SchemaRef, columns: &BTreeSet<&str>) -> bool {
    columns.iter().all(|column| schema.index_of(column).is_ok())
}

/// Whether a column is that of a declared attribute.
pub(super) fn is_attribute(column: &str) -> bool {
    PREFIXES.iter().any(|prefix| column.starts_with(prefix))
}

/// The grain that keeps all of `columns`, if there is one. That of an attribute has only the facts in which it is not null.
fn grain_of<'a>(columns: &BTreeSet<&'a str>) -> Option<&'a str> {
    let own: Vec<&'a str> = columns.iter().copied().filter(|column| !BASE_DIMENSIONS.contains(column)).collect();
    match own.as_slice() {
        [] => Some(SMALLEST_GRAIN),
        [attribute] if is_attribute(attribute) => Some(attribute),
        own => GRAINS
            .iter()
            .find(|grain| own.iter().all(|column| grain.dimensions.contains(column)))
            .map(|grain| grain.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_answered_by_the_one_grain_that_has_its_columns() {
        for (columns, grain) in [
            (&["kind", "name"][..], Some("channel")),
            (&["duration_bucket"], Some("durations")),
            (&["version", "outcome"], Some("release")),
            (&["os", "arch"], Some("platform")),
            (&["text_provider"], Some("text_provider")),
            (&["version", "os"], None),
            (&["text_provider", "version"], None),
            (&["text_provider", "int_bytes"], None),
            (&["installation"], None),
            (&["time"], None),
        ] {
            assert_eq!(grain_of(&columns.iter().copied().collect()), grain, "{columns:?}");
        }
    }

    #[test]
    fn the_smallest_grain_is_one() {
        assert!(GRAINS.iter().any(|grain| grain.name == SMALLEST_GRAIN));
    }
}
