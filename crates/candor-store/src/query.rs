//! Each table out of that on disk and the rows that are fresh.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    arrow::{array::RecordBatch, datatypes::SchemaRef},
    catalog::Session,
    common::Statistics,
    datasource::{MemTable, TableProvider, TableType},
    error::DataFusionError,
    execution::runtime_env::RuntimeEnv,
    logical_expr::TableProviderFilterPushDown,
    physical_plan::ExecutionPlan,
    prelude::{DataFrame, Expr, SessionConfig, SessionContext, cast, ident, lit},
    scalar::ScalarValue,
};

use crate::{
    derived::{DERIVED, FreshDerived},
    facts::{conform, widened},
    tables::{CRASHES, Definition, FACTS, Table},
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
pub(crate) async fn session(view: View, engine: Arc<RuntimeEnv>) -> Result<SessionContext, DataFusionError> {
    // Plain strings on both sides: they are the types that the tables are documented with.
    let config = SessionConfig::new().set_bool("datafusion.execution.parquet.schema_force_view_types", false);
    let context = SessionContext::new_with_config_rt(config, engine);
    register(&context, FACTS, Some(&view.facts), &view.fresh_facts).await?;
    register(&context, CRASHES, view.crashes.as_ref(), &view.fresh_crashes).await?;
    for DerivedView { table, fresh_facts } in view.derived {
        let derived = DERIVED.iter().find(|derived| derived.definition.name == table.definition().name);
        let Some(derived) = derived else { continue };
        let has_fresh = !fresh_facts.is_empty();
        let fresh = FreshDerived::new(*derived, fresh_facts, Some(table.schema()));
        let schema = fresh.schema();
        let rows = stored(&context, &table, &schema).await?;
        let rows = if has_fresh { rows.union(context.read_table(Arc::new(fresh))?)? } else { rows };
        context.register_table(derived.definition.name, rows.into_view())?;
    }
    Ok(context)
}

/// Adds a table out of that on disk and the rows that are fresh.
async fn register(
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
    let rows = match table {
        None => fresh,
        Some(table) => {
            let stored = stored(context, table, &schema).await?;
            if has_fresh { stored.union(fresh)? } else { stored }
        }
    };
    context.register_table(definition.name, rows.into_view())?;
    Ok(())
}

/// The rows of a table on disk, with the columns of `schema`.
async fn stored(context: &SessionContext, table: &Table, schema: &SchemaRef) -> Result<DataFrame, DataFusionError> {
    table.delta().update_datafusion_session(&context.state())?;
    let provider = table.delta().table_provider().with_session(Arc::new(context.state())).await?;
    with_schema(context.read_table(Arc::new(Filtered(provider)))?, schema)
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

/// A table whose filters are checked again behind it.
///
/// Delta Lake's scan takes filters upon itself, to leave out files; and one without a column as well, such as what
/// becomes of `text_provider = 'x'` while the table has no such column yet. That one it then forgets, and would return
/// every row.
#[derive(Debug)]
struct Filtered(Arc<dyn TableProvider>);

#[async_trait]
impl TableProvider for Filtered {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }

    fn table_type(&self) -> TableType {
        self.0.table_type()
    }

    fn statistics(&self) -> Option<Statistics> {
        self.0.statistics()
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        let answers = self.0.supports_filters_pushdown(filters)?;
        let again = |(filter, answer): (&&Expr, TableProviderFilterPushDown)| match answer {
            _ if filter.column_refs().is_empty() => TableProviderFilterPushDown::Unsupported,
            TableProviderFilterPushDown::Exact => TableProviderFilterPushDown::Inexact,
            other => other,
        };
        Ok(filters.iter().zip(answers).map(again).collect())
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        self.0.scan(session, projection, filters, limit).await
    }
}
