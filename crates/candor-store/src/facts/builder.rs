//! Facts to one Arrow batch.

use std::sync::Arc;

use candor_wire::DurationBucket;
use datafusion::arrow::{
    array::{
        ArrayRef, BooleanBuilder, Date32Builder, Int16Builder, Int64Builder, RecordBatch, StringBuilder,
        TimestampMicrosecondBuilder, UInt64Builder,
    },
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
};

use super::{
    attributes::{AttributeBuilders, AttributeIndex, JsonObject},
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
}

#[derive(Debug, Default)]
struct Columns {
    project: StringBuilder,
    day: Date32Builder,
    time: TimestampMicrosecondBuilder,
    kind: StringBuilder,
    name: StringBuilder,
    parent: StringBuilder,
    outcome: StringBuilder,
    error_class: StringBuilder,
    duration_bucket: Int16Builder,
    count: Int64Builder,
    installation: Int64Builder,
    run: Int64Builder,
    database: Int64Builder,
    version: StringBuilder,
    commit: StringBuilder,
    built: StringBuilder,
    channel: StringBuilder,
    os: StringBuilder,
    os_version: StringBuilder,
    arch: StringBuilder,
    runtime: StringBuilder,
    ci: StringBuilder,
    container: BooleanBuilder,
    interactive: BooleanBuilder,
    agent: StringBuilder,
    country: StringBuilder,
    region: StringBuilder,
    sdk: StringBuilder,
    sdk_version: StringBuilder,
    attributes: StringBuilder,
    event_id: StringBuilder,
    report: StringBuilder,
    item_id: UInt64Builder,
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
        }
    }

    /// How many rows the next batch has so far.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, project: &str, item_id: u64, fact: &Fact) {
        let (record, environment, columns) = (&fact.record, &fact.record.environment, &mut self.columns);
        columns.project.append_value(project);
        columns.day.append_value(record.time.day());
        columns.time.append_value(record.time.micros());
        columns.kind.append_value(record.kind.as_str());
        columns.name.append_value(&record.name);
        columns.parent.append_option(record.parent.as_deref());
        columns.outcome.append_option(record.outcome.map(candor_wire::Outcome::as_str));
        columns.error_class.append_option(record.error_class.as_deref());
        columns.duration_bucket.append_option(record.duration.map(bucket));
        columns.count.append_value(i64::try_from(record.count).unwrap_or(i64::MAX));
        columns.installation.append_option(fact.installation);
        columns.run.append_option(fact.run);
        columns.database.append_option(fact.database);
        columns.version.append_option(environment.version.as_deref());
        columns.commit.append_option(environment.commit.as_deref());
        columns.built.append_option(environment.built.as_deref());
        columns.channel.append_option(environment.channel.as_deref());
        columns.os.append_option(environment.os.as_deref());
        columns.os_version.append_option(environment.os_version.as_deref());
        columns.arch.append_option(environment.arch.as_deref());
        columns.runtime.append_option(environment.runtime.as_deref());
        columns.ci.append_option(environment.ci.as_deref());
        columns.container.append_option(environment.container);
        columns.interactive.append_option(environment.interactive);
        columns.agent.append_option(environment.agent.as_deref());
        columns.country.append_option(fact.country.as_deref());
        columns.region.append_option(fact.region.as_deref());
        columns.sdk.append_option(fact.sdk.as_deref());
        columns.sdk_version.append_option(fact.sdk_version.as_deref());
        columns.event_id.append_option(fact.crash.as_ref().map(|crash| crash.event_id.as_str()));
        columns.report.append_option(fact.crash.as_ref().map(|crash| crash.report.as_str()));
        columns.item_id.append_value(item_id);

        for attribute in &record.attributes {
            let typed = fact.columns.contains(&attribute.name)
                && self.attributes.set(&mut self.index, self.rows, &attribute.name, &attribute.value);
            if !typed {
                self.json.push(&attribute.name, &attribute.value);
            }
        }
        self.json.take(|text| columns.attributes.append_option(text));
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
        let mut arrays = self.columns.finish();
        let own = arrays.split_off(arrays.len() - OWN_COLUMNS);
        arrays.extend(self.attributes.finish(&self.index, rows));
        arrays.extend(own);
        RecordBatch::try_new(self.schema.clone(), arrays)
    }
}

impl Columns {
    /// In the order of [`base_fields`], and the journal's own last.
    fn finish(&mut self) -> Vec<ArrayRef> {
        vec![
            Arc::new(self.project.finish()),
            Arc::new(self.day.finish()),
            Arc::new(self.time.finish()),
            Arc::new(self.kind.finish()),
            Arc::new(self.name.finish()),
            Arc::new(self.parent.finish()),
            Arc::new(self.outcome.finish()),
            Arc::new(self.error_class.finish()),
            Arc::new(self.duration_bucket.finish()),
            Arc::new(self.count.finish()),
            Arc::new(self.installation.finish()),
            Arc::new(self.run.finish()),
            Arc::new(self.database.finish()),
            Arc::new(self.version.finish()),
            Arc::new(self.commit.finish()),
            Arc::new(self.built.finish()),
            Arc::new(self.channel.finish()),
            Arc::new(self.os.finish()),
            Arc::new(self.os_version.finish()),
            Arc::new(self.arch.finish()),
            Arc::new(self.runtime.finish()),
            Arc::new(self.ci.finish()),
            Arc::new(self.container.finish()),
            Arc::new(self.interactive.finish()),
            Arc::new(self.agent.finish()),
            Arc::new(self.country.finish()),
            Arc::new(self.region.finish()),
            Arc::new(self.sdk.finish()),
            Arc::new(self.sdk_version.finish()),
            Arc::new(self.attributes.finish()),
            Arc::new(self.event_id.finish()),
            Arc::new(self.report.finish()),
            Arc::new(self.item_id.finish()),
        ]
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
