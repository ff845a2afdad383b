//! What fresh facts will become in a derived table, for queries that cannot wait for it.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    arrow::{array::RecordBatch, datatypes::SchemaRef},
    catalog::{MemTable, Session},
    common::ScalarValue,
    datasource::{TableProvider, TableType},
    error::DataFusionError,
    logical_expr::{Operator, TableProviderFilterPushDown},
    physical_plan::ExecutionPlan,
    prelude::Expr,
};

use super::{Derived, daily::GRAIN};
use crate::facts::{base_schema, conform, widened};

/// The rows that fresh facts become, made when a query asks for them: few do, and most of these for one grain.
#[derive(Debug)]
pub(crate) struct FreshDerived {
    derived: Derived,
    facts: Vec<RecordBatch>,
    schema: SchemaRef,
}

impl FreshDerived {
    /// `schema` are the columns of the table on disk, if there is one.
    pub(crate) fn new(derived: Derived, facts: Vec<RecordBatch>, schema: Option<&SchemaRef>) -> Self {
        let mut all = match schema {
            Some(schema) => widened(schema, &(derived.definition.columns)()),
            None => (derived.definition.columns)(),
        };
        for batch in &facts {
            all = widened(&all, &derived.columns_for(batch.schema_ref()));
        }
        Self { derived, facts, schema: all }
    }

    /// The rows of the parts of these names, or of all parts.
    fn rows(&self, wanted: Option<&[&str]>) -> Result<Vec<RecordBatch>, DataFusionError> {
        let mut rows = Vec::new();
        for batch in &self.facts {
            // A journal of an older release lacks what came later.
            let facts = conform(batch, &widened(&base_schema(), batch.schema_ref()))?;
            for part in self.derived.parts_of(batch.schema_ref()) {
                if wanted.is_none_or(|wanted| wanted.contains(&part.as_str())) {
                    let of_part = self.derived.labelled((self.derived.part)(&facts, &part)?, &part)?;
                    rows.push(conform(&of_part, &self.schema)?);
                }
            }
        }
        Ok(rows)
    }
}

#[async_trait]
impl TableProvider for FreshDerived {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let rows = self.rows(filters.iter().find_map(grains).as_deref())?;
        let table = MemTable::try_new(self.schema.clone(), vec![rows])?;
        table.scan(session, projection, &[], limit).await
    }
}

/// The grains that a filter asks for.
fn grains(filter: &Expr) -> Option<Vec<&str>> {
    let is_grain = |column: &Expr| matches!(column, Expr::Column(column) if column.name == GRAIN);
    match filter {
        Expr::BinaryExpr(either) if either.op == Operator::Or => {
            Some([grains(&either.left)?, grains(&either.right)?].concat())
        }
        Expr::BinaryExpr(equal) if equal.op == Operator::Eq => match (&*equal.left, &*equal.right) {
            (column, value) | (value, column) if is_grain(column) => Some(vec![text(value)?]),
            _ => None,
        },
        Expr::InList(list) if is_grain(&list.expr) && !list.negated => list.list.iter().map(text).collect(),
        _ => None,
    }
}

fn text(value: &Expr) -> Option<&str> {
    match value {
        Expr::Literal(ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)), _) => Some(text),
        _ => None,
    }
}
