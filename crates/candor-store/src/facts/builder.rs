//! Facts to one Arrow batch.

use std::sync::Arc;

use candor_wire::{DurationBucket, Environment, Shared};
use datafusion::arrow::{
    array::{ArrayRef, RecordBatch},
    datatypes::{
        DataType, Date32Type, Field, Int16Type, Int64Type, Schema, SchemaRef, TimestampMicrosecondType, UInt64Type,
    },
    error::ArrowError,
};

use super::{
    attributes::{AttributeBuilders, AttributeIndex, JsonObject},
    column::{Column, Numbers, Texts, Truths},
    crashes::{EVENT_ID, REPORT},
    schema::{ITEM_ID, base_fields},
};
use crate::Fact;

/// Columns that only the journal has, behind all others.
const OWN_COLUMNS: usize = 3;

/// Builds batches of the journal's schema: the columns of `facts`, those of attributes, what `crashes` has beside them,
/// and the item's id.
///
/// The schema is kept between batches and becomes wider when an attribute comes up that was not there before.
#[derive(Debug)]
pub(crate) struct FactsBuilder {
    index: AttributeIndex,
    schema: SchemaRef,
    columns: Columns,
    attributes: AttributeBuilders,
    json: JsonObject,
    rows: usize,
    /// The environment of the last row of this batch.
    last: Option<Shared<Environment>>,
}

#[derive(Debug, Default)]
struct Columns {
    project: Texts,
    day: Numbers<Date32Type>,
    time: Numbers<TimestampMicrosecondType>,
    kind: Texts,
    name: Texts,
    parent: Texts,
    outcome: Texts,
    error_class: Texts,
    duration_bucket: Numbers<Int16Type>,
    count: Numbers<Int64Type>,
    installation: Numbers<Int64Type>,
    run: Numbers<Int64Type>,
    database: Numbers<Int64Type>,
    version: Texts,
    commit: Texts,
    built: Texts,
    channel: Texts,
    os: Texts,
    os_version: Texts,
    arch: Texts,
    runtime: Texts,
    ci: Texts,
    container: Truths,
    interactive: Truths,
    agent: Texts,
    country: Texts,
    region: Texts,
    sdk: Texts,
    sdk_version: Texts,
    attributes: Texts,
    event_id: Texts,
    report: Texts,
    item_id: Numbers<UInt64Type>,
}

impl FactsBuilder {
    /// A builder that begins with the attribute columns of `facts`, and makes at most `most` of them.
    pub(crate) fn new(facts: &Schema, most: usize) -> Self {
        let index = AttributeIndex::of_schema(facts, most);
        let schema = journal_schema(&index);
        Self {
            index,
            schema,
            columns: Columns::default(),
            attributes: AttributeBuilders::default(),
            json: JsonObject::default(),
            rows: 0,
            last: None,
        }
    }

    /// How many rows the next batch has so far.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, project: &str, item_id: u64, fact: &Fact) {
        let (record, environment, columns) = (&fact.record, &fact.record.environment, &mut self.columns);
        columns.project.push(Some(project));
        columns.day.push(Some(record.time.day()));
        columns.time.push(Some(record.time.micros()));
        columns.kind.push(Some(record.kind.as_str()));
        columns.name.push(Some(&record.name));
        columns.parent.push(record.parent.as_deref());
        columns.outcome.push(record.outcome.map(candor_wire::Outcome::as_str));
        columns.error_class.push(record.error_class.as_deref());
        columns.duration_bucket.push(record.duration.map(bucket));
        columns.count.push(Some(i64::try_from(record.count).unwrap_or(i64::MAX)));
        columns.installation.push(fact.installation);
        columns.run.push(fact.run);
        columns.database.push(fact.database);
        columns.container.push(environment.container);
        columns.interactive.push(environment.interactive);
        let texts = columns.of_environment();
        if self.last.as_ref().is_some_and(|last| last.is_same(&record.environment)) {
            texts.into_iter().for_each(Texts::push_again);
        } else {
            texts.into_iter().zip(environment.texts()).for_each(|(column, (_, text))| column.push(text.as_deref()));
            self.last = Some(record.environment.clone());
        }
        columns.country.push(fact.country.as_deref());
        columns.region.push(fact.region.as_deref());
        columns.sdk.push(fact.sdk.as_deref());
        columns.sdk_version.push(fact.sdk_version.as_deref());
        columns.event_id.push(fact.crash.as_ref().map(|crash| crash.event_id.as_str()));
        columns.report.push(fact.crash.as_ref().map(|crash| crash.report.as_str()));
        columns.item_id.push(Some(item_id));

        for attribute in &record.attributes {
            let typed = fact.columns.contains(&attribute.name)
                && self.attributes.set(&mut self.index, self.rows, &attribute.name, &attribute.value);
            if !typed {
                self.json.push(&attribute.name, &attribute.value);
            }
        }
        self.json.take(|text| columns.attributes.push(text));
        self.rows += 1;
    }

    /// The batch of all rows since the last call.
    ///
    /// # Errors
    /// When the columns do not fit the schema, which would be a defect.
    pub(crate) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        if self.index.len() + base_fields().len() + OWN_COLUMNS != self.schema.fields().len() {
            self.schema = journal_schema(&self.index);
        }
        let rows = std::mem::take(&mut self.rows);
        self.last = None;
        let arrays = self.arrays(rows);
        if arrays.is_err() {
            // Some columns have begun anew and others have not.
            (self.columns, self.attributes) = (Columns::default(), AttributeBuilders::default());
        }
        RecordBatch::try_new(self.schema.clone(), arrays?)
    }

    fn arrays(&mut self, rows: usize) -> Result<Vec<ArrayRef>, ArrowError> {
        let mut arrays = self.columns.finish()?;
        let own = arrays.split_off(arrays.len() - OWN_COLUMNS);
        arrays.extend(self.attributes.finish(&self.index, rows)?);
        arrays.extend(own);
        Ok(arrays)
    }
}

impl Columns {
    /// Those of the texts of an environment, in their order.
    fn of_environment(&mut self) -> [&mut Texts; 10] {
        let Self { version, commit, built, channel, os, os_version, arch, runtime, ci, agent, .. } = self;
        [version, commit, built, channel, os, os_version, arch, runtime, ci, agent]
    }

    /// In the order of [`base_fields`], and the journal's own last.
    fn finish(&mut self) -> Result<Vec<ArrayRef>, ArrowError> {
        let columns: [&mut dyn Column; 33] = [
            &mut self.project,
            &mut self.day,
            &mut self.time,
            &mut self.kind,
            &mut self.name,
            &mut self.parent,
            &mut self.outcome,
            &mut self.error_class,
            &mut self.duration_bucket,
            &mut self.count,
            &mut self.installation,
            &mut self.run,
            &mut self.database,
            &mut self.version,
            &mut self.commit,
            &mut self.built,
            &mut self.channel,
            &mut self.os,
            &mut self.os_version,
            &mut self.arch,
            &mut self.runtime,
            &mut self.ci,
            &mut self.container,
            &mut self.interactive,
            &mut self.agent,
            &mut self.country,
            &mut self.region,
            &mut self.sdk,
            &mut self.sdk_version,
            &mut self.attributes,
            &mut self.event_id,
            &mut self.report,
            &mut self.item_id,
        ];
        columns.into_iter().map(Column::finish).collect()
    }
}

fn bucket(duration: DurationBucket) -> i16 {
    // There are 3,776 buckets.
    i16::try_from(duration.index()).unwrap_or(i16::MAX)
}

fn journal_schema(index: &AttributeIndex) -> SchemaRef {
    let text = |name| Field::new(name, DataType::Utf8, true);
    let own: [Field; OWN_COLUMNS] = [text(EVENT_ID), text(REPORT), Field::new(ITEM_ID, DataType::UInt64, false)];
    Arc::new(Schema::new(base_fields().into_iter().chain(index.fields()).chain(own).collect::<Vec<_>>()))
}
