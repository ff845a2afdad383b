//! A table whose rows are added up while they are read, as the engine sees it.
//!
//! It is for sums of `count` alone: how many rows it has depends on which of its columns are asked for.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::SchemaRef,
    catalog::Session,
    common::DFSchema,
    datasource::{TableProvider, TableType},
    error::DataFusionError,
    logical_expr::{TableProviderFilterPushDown, utils::conjunction},
    physical_plan::ExecutionPlan,
    prelude::Expr,
};

use super::{
    Tally,
    condition::Condition,
    plan::TallyPlan,
    read::{Asked, Pruning},
};
use crate::{facts::PARTITION, tables::Scan};

/// The rows of a version, added up.
#[derive(Debug)]
pub(crate) struct Tallied(Arc<Scan>);

impl Tallied {
    pub(crate) fn of(rows: Arc<Scan>) -> Self {
        Self(rows)
    }
}

#[async_trait]
impl TableProvider for Tallied {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        self.0.supports_filters_pushdown(filters)
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let columns = match projection {
            Some(columns) => Arc::new(self.schema().project(columns)?),
            None => self.schema(),
        };
        let Some(tally) = Tally::of(&columns) else {
            return self.0.scan(session, projection, filters, limit).await;
        };
        let files = self.0.of_days(session, filters)?;
        let is_of_files = |filter: &&Expr| !filter.column_refs().iter().any(|column| column.name == PARTITION);
        let filters: Vec<_> = filters.iter().filter(is_of_files).cloned().collect();
        let conditions = Condition::of_columns(session, &columns, &filters)?;
        let stored = self.0.file_schema().clone();
        let pruning = match conjunction(filters) {
            None => None,
            Some(condition) => {
                let condition = session.create_physical_expr(condition, &DFSchema::try_from(stored.clone())?)?;
                Pruning::by(condition, stored)
            }
        };
        let tally = tally.only(&conditions);
        let asked = Asked { pruning, conditions, reads_late: self.0.reads_late() };
        Ok(Arc::new(TallyPlan::new(session, tally, files, asked)?))
    }
}
