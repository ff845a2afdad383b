//! One table `facts` out of the table on disk and the rows that are fresh.

use std::sync::Arc;

use datafusion::{
    arrow::{array::RecordBatch, datatypes::SchemaRef},
    datasource::MemTable,
    error::DataFusionError,
    prelude::{DataFrame, Expr, SessionConfig, SessionContext, cast, ident, lit},
    scalar::ScalarValue,
};

use crate::{
    facts::{conform, widened},
    tables::FactsTable,
};

/// A context whose table `facts` has the rows of `table` and those of `fresh`.
pub(crate) async fn session(table: &FactsTable, fresh: Vec<RecordBatch>) -> Result<SessionContext, DataFusionError> {
    let mut schema = table.schema().clone();
    for batch in &fresh {
        schema = widened(&schema, batch.schema_ref());
    }
    // Plain strings on both sides: they are the types that `facts` is documented with.
    let config = SessionConfig::new().set_bool("datafusion.execution.parquet.schema_force_view_types", false);
    let context = SessionContext::new_with_config(config);
    table.delta().update_datafusion_session(&context.state())?;
    let provider = table.delta().table_provider().with_session(Arc::new(context.state())).await?;
    let stored = with_schema(context.read_table(provider)?, &schema)?;
    let fresh = fresh.iter().map(|batch| conform(batch, &schema)).collect::<Result<Vec<_>, _>>()?;
    let fresh = context.read_table(Arc::new(MemTable::try_new(schema, vec![fresh])?))?;
    context.register_table("facts", stored.union(fresh)?.into_view())?;
    Ok(context)
}

/// The rows with exactly the columns of `schema`, in its order.
fn with_schema(rows: DataFrame, schema: &SchemaRef) -> Result<DataFrame, DataFusionError> {
    let mut columns: Vec<Expr> = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        columns.push(match rows.schema().field_with_unqualified_name(field.name()) {
            Ok(found) if found.data_type() == field.data_type() => ident(field.name()),
            Ok(_) => cast(ident(field.name()), field.data_type().clone()).alias(field.name()),
            Err(_) => lit(ScalarValue::try_new_null(field.data_type())?).alias(field.name()),
        });
    }
    rows.select(columns)
}
