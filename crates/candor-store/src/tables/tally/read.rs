//! The rows of a file that a question may be about, column by column.

use std::{collections::BTreeMap, fs::File, sync::Arc};

use datafusion::{
    arrow::{
        array::{Array, AsArray, BooleanArray, RecordBatch},
        buffer::BooleanBuffer,
        datatypes::{DataType, Field, Int32Type, Schema, SchemaRef},
        error::ArrowError,
    },
    datasource::physical_plan::parquet::{
        PagePruningAccessPlanFilter, ParquetAccessPlan, ParquetFileMetrics, RowGroupAccessPlanFilter,
    },
    error::DataFusionError,
    parquet::{
        arrow::{
            ProjectionMask,
            arrow_reader::{
                ArrowPredicate, ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions,
                ParquetRecordBatchReaderBuilder, RowFilter,
            },
        },
        file::metadata::ParquetMetaData,
    },
    physical_expr::PhysicalExpr,
    physical_optimizer::pruning::{PruningPredicate, PruningPredicateBuilder},
    physical_plan::metrics::ExecutionPlanMetricsSet,
};

use super::{condition::Condition, key::Column};
use crate::facts::PARTITION;

/// Rows that are looked at together: the few numbers of each stay close to the processor.
const BATCH_ROWS: usize = 16_384;

/// What is left out without being read: what files say of their groups of rows and pages tells.
#[derive(Debug)]
pub(super) struct Pruning {
    groups: Arc<PruningPredicate>,
    pages: PagePruningAccessPlanFilter,
    /// The columns of files.
    schema: SchemaRef,
}

impl Pruning {
    /// By a condition on the columns of files, those of `schema`; `None` where it tells nothing.
    pub(super) fn by(condition: Arc<dyn PhysicalExpr>, schema: SchemaRef) -> Option<Self> {
        let pages = PagePruningAccessPlanFilter::new(&condition, schema.clone());
        let groups = PruningPredicateBuilder::new().with_file_schema(schema.clone()).build(condition)?;
        Some(Self { groups, pages, schema })
    }

    /// What may be asked for.
    fn plan(&self, file: &ParquetMetaData) -> ParquetAccessPlan {
        let metrics = ParquetFileMetrics::new(0, "", &ExecutionPlanMetricsSet::new());
        let columns = file.file_metadata().schema_descr();
        let mut groups = RowGroupAccessPlanFilter::new(ParquetAccessPlan::new_all(file.num_row_groups()));
        groups.prune_by_statistics(&self.schema, columns, file.row_groups(), &self.groups, &metrics);
        self.pages.prune_plan_with_page_index(groups.build(), &self.schema, columns, file, &metrics)
    }
}

/// Which rows are asked for: others may come as well.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) pruning: Option<Pruning>,
    pub(super) conditions: BTreeMap<String, Condition>,
    /// Whether the columns of a row are read only once the conditions say that it is asked for: where few are, and these
    /// stand together.
    pub(super) reads_late: bool,
}

/// Has `visit` see these columns of the rows of a file. It computes and does not wait, so it is for a thread of its own.
///
/// # Errors
/// When the file cannot be read, and those of `visit`.
pub(super) fn read(
    file: File,
    metadata: Arc<ParquetMetaData>,
    day: i32,
    columns: &Schema,
    asked: &Asked,
    mut visit: impl FnMut(&[Column], usize) -> Result<(), DataFusionError>,
) -> Result<(), DataFusionError> {
    let options = ArrowReaderOptions::new();
    let plan = match &asked.pruning {
        Some(pruning) => pruning.plan(&metadata),
        None => ParquetAccessPlan::new_all(metadata.num_row_groups()),
    };
    let groups = plan.row_group_indexes();
    if groups.is_empty() {
        return Ok(());
    }
    let selection = plan.into_overall_row_selection(metadata.row_groups())?;
    let known = ArrowReaderMetadata::try_new(metadata.clone(), options.clone().with_skip_arrow_metadata(true))?;
    let fields = known.schema().fields().iter().map(coded);
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let known = ArrowReaderMetadata::try_new(metadata, options.with_schema(schema))?;
    let names = columns.fields().iter().map(|field| field.name().as_str());
    let mask = ProjectionMask::columns(known.parquet_schema(), names);
    let first = match asked.reads_late {
        true => asked.conditions.iter().filter_map(|(name, condition)| filter(&known, name, condition)).collect(),
        false => Vec::new(),
    };
    let mut reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, known)
        .with_projection(mask)
        .with_row_groups(groups)
        .with_batch_size(BATCH_ROWS)
        .with_row_filter(RowFilter::new(first));
    if let Some(selection) = selection {
        reader = reader.with_row_selection(selection);
    }
    for rows in reader.build()? {
        let rows = rows?;
        visit(&columns_of(&rows, columns, day), rows.num_rows())?;
    }
    Ok(())
}

/// Has a column of texts read before the others, where a file has it.
fn filter(file: &ArrowReaderMetadata, name: &str, condition: &Condition) -> Option<Box<dyn ArrowPredicate>> {
    file.schema().index_of(name).ok()?;
    let (column, condition) = (ProjectionMask::columns(file.parquet_schema(), [name]), condition.clone());
    let holds = move |rows: RecordBatch| {
        let texts = rows.column(0).as_dictionary::<Int32Type>();
        let of_texts = condition.holds(texts.values().as_string());
        let of_texts = of_texts.map_err(|error| ArrowError::ExternalError(error.into()))?;
        if of_texts.true_count() == of_texts.len() {
            return Ok(BooleanArray::new(BooleanBuffer::new_set(texts.len()), None));
        }
        let of_texts: Vec<_> = of_texts.iter().map(|holds| holds == Some(true)).collect();
        let of_null = of_texts.last() == Some(&true);
        let of_place = |place: i32| of_texts.get(place as usize).copied().unwrap_or(false);
        let places = texts.keys();
        let of_row = |row: usize| if places.is_valid(row) { of_place(places.values()[row]) } else { of_null };
        Ok(BooleanArray::new(BooleanBuffer::collect_bool(texts.len(), of_row), None))
    };
    Some(Box::new(ArrowPredicateFn::new(column, holds)))
}

fn columns_of(rows: &RecordBatch, columns: &Schema, day: i32) -> Vec<Column> {
    let column = |field: &Arc<Field>| match rows.column_by_name(field.name()) {
        _ if field.name() == PARTITION => Column::Day(day),
        Some(values) => Column::Values(values.clone()),
        None => Column::Missing,
    };
    columns.fields().iter().map(column).collect()
}

/// Texts as places in a dictionary, as they are in the file.
fn coded(field: &Arc<Field>) -> Arc<Field> {
    match field.data_type() {
        DataType::Utf8 | DataType::Utf8View => {
            let coded = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            Arc::new(field.as_ref().clone().with_data_type(coded))
        }
        _ => field.clone(),
    }
}
