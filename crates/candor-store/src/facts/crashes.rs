//! The table `crashes`: what is known of a crash or an error beyond its row in `facts`.

use std::sync::Arc;

use datafusion::arrow::{
    array::RecordBatch,
    compute::{filter_record_batch, is_not_null},
    datatypes::{DataType, Field, Schema, SchemaRef},
    error::ArrowError,
};

use super::{conform, schema::base_fields};

/// The event's own id.
pub(crate) const EVENT_ID: &str = "event_id";
/// The report as JSON.
pub(crate) const REPORT: &str = "report";

/// Columns of `facts` that say nothing of a single crash.
const NOT_OF_A_CRASH: [&str; 5] = ["outcome", "error_class", "duration_bucket", "count", "attributes"];

/// The columns of `crashes`: those of `facts` that say what, when and where, and the report.
pub(crate) fn crashes_schema() -> SchemaRef {
    let shared = base_fields().into_iter().filter(|field| !NOT_OF_A_CRASH.contains(&field.name().as_str()));
    let own = [EVENT_ID, REPORT].map(|name| Field::new(name, DataType::Utf8, false));
    Arc::new(Schema::new(shared.chain(own).collect::<Vec<_>>()))
}

/// The rows of `crashes` in a batch of the journal; `None` where there is none, as in every journal of before.
pub(super) fn crashes_of(batch: &RecordBatch) -> Result<Option<RecordBatch>, ArrowError> {
    let Some(reports) = batch.column_by_name(REPORT).filter(|reports| reports.null_count() < reports.len()) else {
        return Ok(None);
    };
    let crashes = filter_record_batch(batch, &is_not_null(reports)?)?;
    conform(&crashes, &crashes_schema()).map(Some)
}
