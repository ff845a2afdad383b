//! Each table out of that on disk and the rows that are fresh.

use std::sync::Arc;

use datafusion::{
    arrow::{array::RecordBatch, datatypes::SchemaRef},
    datasource::{MemTable, TableProvider},
    error::DataFusionError,
    execution::runtime_env::RuntimeEnv,
    prelude::{DataFrame, Expr, SessionConfig, SessionContext, cast, ident, lit},
    scalar::ScalarValue,
};

use crate::{
    derived::{DERIVED, FreshDerived},
    facts::{conform, widened},
    tables::{CRASHES, Definition, FACTS, Table, viewed},
};

/// What a query sees: a version of each table, and the rows behind it.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) facts: Table,
    pub(crate) fresh_facts: Vec<RecordBatch>,
    /// `None` in a store that has no such table yet.
    pub(crate) crashes: Option<Table>,
    pub(crate) fresh_crashes: Vec<RecordBatch>,
    /// Of [`DERIVED`] those that the store has, in its order.
    pub(crate) derived: Vec<DerivedView>,
}

/// A version of a derived table.
#[derive(Debug)]
pub(crate) struct DerivedView {
    pub(crate) table: Table,
    /// The facts that are not in it.
    pub(crate) fresh_facts: Vec<RecordBatch>,
}

/// A context whose tables have the rows of the view, with the bounds of `engine`.
pub(crate) fn session(view: View, engine: Arc<RuntimeEnv>) -> Result<SessionContext, DataFusionError> {
    let context = SessionContext::new_with_config_rt(SessionConfig::new(), engine);
    register(&context, FACTS, Some(&view.facts), &view.fresh_facts)?;
    register(&context, CRASHES, view.crashes.as_ref(), &view.fresh_crashes)?;
    for DerivedView { table, fresh_facts } in view.derived {
        let derived = DERIVED.iter().find(|derived| derived.definition.name == table.definition().name);
        let Some(derived) = derived else { continue };
        let has_fresh = !fresh_facts.is_empty();
        let fresh = FreshDerived::new(*derived, fresh_facts, Some(table.schema()));
        let schema = viewed(&fresh.schema());
        let rows = stored(&context, &table, &schema)?;
        let rows = match has_fresh {
            true => rows.union(with_schema(context.read_table(Arc::new(fresh))?, &schema)?)?,
            false => rows,
        };
        context.register_table(derived.definition.name, rows.into_view())?;
    }
    Ok(context)
}

/// Adds a table out of that on disk and the rows that are fresh.
fn register(
    context: &SessionContext,
    definition: Definition,
    table: Option<&Table>,
    fresh: &[RecordBatch],
) -> Result<(), DataFusionError> {
    // A table of an older release gets its new columns with the next commit; queries may name them before.
    let mut schema = (definition.columns)();
    if let Some(table) = table {
        schema = widened(table.schema(), &schema);
    }
    for batch in fresh {
        schema = widened(&schema, batch.schema_ref());
    }
    let fresh = fresh.iter().map(|batch| conform(batch, &schema)).collect::<Result<Vec<_>, _>>()?;
    let has_fresh = !fresh.is_empty();
    let fresh = context.read_table(Arc::new(MemTable::try_new(schema.clone(), vec![fresh])?))?;
    let schema = viewed(&schema);
    let fresh = with_schema(fresh, &schema)?;
    let rows = match table {
        None => fresh,
        Some(table) => {
            let stored = stored(context, table, &schema)?;
            if has_fresh { stored.union(fresh)? } else { stored }
        }
    };
    context.register_table(definition.name, rows.into_view())?;
    Ok(())
}

/// The rows of a table on disk, with the columns of `schema`.
fn stored(context: &SessionContext, table: &Table, schema: &SchemaRef) -> Result<DataFrame, DataFusionError> {
    let scan = table.scan().map_err(|error| DataFusionError::External(Box::new(error)))?;
    with_schema(context.read_table(scan)?, schema)
}

/// The rows with exactly the columns of `schema`, in its order.
pub(crate) fn with_schema(rows: DataFrame, schema: &SchemaRef) -> Result<DataFrame, DataFusionError> {
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
