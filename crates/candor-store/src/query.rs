//! Each table out of that on disk and the rows that are fresh.

use std::sync::Arc;

use datafusion::{
    arrow::{array::RecordBatch, datatypes::SchemaRef},
    catalog::MemorySchemaProvider,
    common::TableReference,
    datasource::{MemTable, TableProvider},
    error::DataFusionError,
    execution::runtime_env::RuntimeEnv,
    prelude::{DataFrame, Expr, SessionConfig, SessionContext, cast, ident, lit},
    scalar::ScalarValue,
};

use crate::{
    derived::{DERIVED, FreshDerived},
    facts::{conform, widened},
    tables::{CRASHES, Definition, FACTS, Table, Tallied, viewed},
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

/// The schema in which tables stand whose rows are added up while they are read, for sums of their `count`.
pub const TALLIED: &str = "tallied";

/// A context whose tables have the rows of the view, with the bounds of `engine`.
pub(crate) fn session(view: View, engine: Arc<RuntimeEnv>) -> Result<SessionContext, DataFusionError> {
    let context = SessionContext::new_with_config_rt(SessionConfig::new(), engine);
    if let Some(catalog) = context.catalog(&context.state().config_options().catalog.default_catalog) {
        catalog.register_schema(TALLIED, Arc::new(MemorySchemaProvider::new()))?;
    }
    register(&context, FACTS, Some(&view.facts), &view.fresh_facts)?;
    register(&context, CRASHES, view.crashes.as_ref(), &view.fresh_crashes)?;
    for DerivedView { table, fresh_facts } in view.derived {
        let derived = DERIVED.iter().find(|derived| derived.definition.name == table.definition().name);
        let Some(derived) = derived else { continue };
        let has_fresh = !fresh_facts.is_empty();
        let fresh = FreshDerived::new(*derived, fresh_facts, Some(table.schema()));
        let schema = viewed(&fresh.schema());
        let fresh = match has_fresh {
            true => Some(with_schema(context.read_table(Arc::new(fresh))?, &schema)?),
            false => None,
        };
        register_rows(&context, derived.definition, Some(&table), fresh, &schema)?;
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
    let rows = fresh.iter().map(|batch| conform(batch, &schema)).collect::<Result<Vec<_>, _>>()?;
    let rows = context.read_table(Arc::new(MemTable::try_new(schema.clone(), vec![rows])?))?;
    let schema = viewed(&schema);
    let rows = with_schema(rows, &schema)?;
    let fresh = (table.is_none() || !fresh.is_empty()).then_some(rows);
    register_rows(context, definition, table, fresh, &schema)
}

/// Adds a table with these columns, and another one of sums where it is large.
fn register_rows(
    context: &SessionContext,
    definition: Definition,
    table: Option<&Table>,
    fresh: Option<DataFrame>,
    schema: &SchemaRef,
) -> Result<(), DataFusionError> {
    let scan = table.map(Table::scan).transpose().map_err(|error| DataFusionError::External(Box::new(error)))?;
    let add = |name: TableReference, stored: Option<Arc<dyn TableProvider>>| {
        let stored = stored.map(|stored| with_schema(context.read_table(stored)?, schema)).transpose()?;
        let rows = match (stored, fresh.clone()) {
            (Some(stored), Some(fresh)) => stored.union(fresh)?,
            (Some(rows), None) | (None, Some(rows)) => rows,
            (None, None) => return Ok(()),
        };
        context.register_table(name, rows.into_view()).map(drop)
    };
    if definition.is_tallied {
        let tallied = scan.clone().map(|scan| Arc::new(Tallied::of(scan)) as _);
        add(TableReference::partial(TALLIED, definition.name), tallied)?;
    }
    add(TableReference::bare(definition.name), scan.map(|scan| scan as _))
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
