//! What is asked of one column of texts: it is looked at for each text that a group of rows has, and not for each row.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::{
    arrow::{
        array::{AsArray, BooleanArray, RecordBatch, StringArray, StringViewArray},
        datatypes::{DataType, Schema, SchemaRef},
    },
    catalog::Session,
    common::DFSchema,
    error::DataFusionError,
    logical_expr::utils::conjunction,
    physical_expr::PhysicalExpr,
    prelude::Expr,
};

/// Holds for a text or not.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    expression: Arc<dyn PhysicalExpr>,
    /// The column alone.
    schema: SchemaRef,
}

impl Condition {
    /// What these filters ask of each column of texts by itself, by the column's name. The others are not in it.
    ///
    /// # Errors
    /// When a filter is not valid.
    pub(super) fn of_columns(
        session: &dyn Session,
        columns: &SchemaRef,
        filters: &[Expr],
    ) -> Result<BTreeMap<String, Self>, DataFusionError> {
        let mut of_column = BTreeMap::<String, Vec<Expr>>::new();
        for filter in filters {
            let mut names = filter.column_refs().into_iter().map(|column| column.name.clone());
            if let (Some(name), None) = (names.next(), names.next()) {
                of_column.entry(name).or_default().push(filter.clone());
            }
        }
        let mut conditions = BTreeMap::new();
        for (name, filters) in of_column {
            let field = columns.field_with_name(&name).ok().filter(|field| *field.data_type() == DataType::Utf8View);
            if let (Some(field), Some(filter)) = (field, conjunction(filters)) {
                let schema = Arc::new(Schema::new(vec![field.clone().with_nullable(true)]));
                let expression = session.create_physical_expr(filter, &DFSchema::try_from(schema.clone())?)?;
                conditions.insert(name, Self { expression, schema });
            }
        }
        Ok(conditions)
    }

    #[cfg(test)]
    pub(super) fn for_testing(expression: Arc<dyn PhysicalExpr>, schema: SchemaRef) -> Self {
        Self { expression, schema }
    }

    /// Whether it holds for each of these texts, and then for none.
    pub(super) fn holds(&self, texts: &StringArray) -> Result<BooleanArray, DataFusionError> {
        let texts: StringViewArray = texts.iter().chain([None]).collect();
        let rows = RecordBatch::try_new(self.schema.clone(), vec![Arc::new(texts)])?;
        let holds = self.expression.evaluate(&rows)?.into_array(rows.num_rows())?;
        Ok(holds.as_boolean_opt().cloned().unwrap_or_else(|| BooleanArray::from(vec![true; rows.num_rows()])))
    }
}
