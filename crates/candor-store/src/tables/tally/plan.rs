//! The step of a query that reads files and adds up their rows.

use std::{fmt, fs::File, sync::Arc};

use datafusion::{
    catalog::Session,
    common::{ScalarValue, tree_node::TreeNodeRecursion},
    datasource::{
        listing::PartitionedFile,
        physical_plan::{ParquetFileReaderFactory, parquet::CachedParquetFileReaderFactory},
    },
    error::DataFusionError,
    execution::{SendableRecordBatchStream, TaskContext, object_store::ObjectStoreUrl},
    object_store::local::LocalFileSystem,
    parquet::{arrow::arrow_reader::ArrowReaderOptions, file::metadata::PageIndexPolicy},
    physical_expr::{EquivalenceProperties, PhysicalExpr},
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties,
        execution_plan::{Boundedness, EmissionType},
        metrics::ExecutionPlanMetricsSet,
        stream::RecordBatchReceiverStreamBuilder,
    },
};

use super::{
    Tally,
    read::{Asked, read},
};

/// Sums that wait until the next step takes them.
const WAITING: usize = 2;

/// Reads files in as many parts as the engine works on at once, and gives the sums of each.
#[derive(Debug)]
pub(super) struct TallyPlan {
    /// That of each part, before any row.
    tally: Tally,
    /// Of each part.
    files: Vec<Vec<PartitionedFile>>,
    asked: Arc<Asked>,
    reader: Arc<CachedParquetFileReaderFactory>,
    properties: Arc<PlanProperties>,
}

impl TallyPlan {
    /// Of files of a day each, by days.
    ///
    /// # Errors
    /// When the session cannot read files.
    pub(super) fn new(
        session: &dyn Session,
        tally: Tally,
        files: Vec<PartitionedFile>,
        asked: Asked,
    ) -> Result<Self, DataFusionError> {
        let engine = session.runtime_env();
        let store = engine.object_store(ObjectStoreUrl::local_filesystem())?;
        let reader = CachedParquetFileReaderFactory::new(store, engine.cache_manager.get_file_metadata_cache());
        // By turns of days: the first file of each has the first projects, and would fall to the same part if files took turns.
        let of_days: Vec<_> = files.chunk_by(|left, right| left.partition_values == right.partition_values).collect();
        let parts = session.config().target_partitions().min(of_days.len()).max(1);
        let mut of_part = vec![Vec::new(); parts];
        for (index, of_day) in of_days.into_iter().enumerate() {
            of_part[index % parts].extend_from_slice(of_day);
        }
        let properties = PlanProperties::new(
            EquivalenceProperties::new(tally.columns.clone()),
            Partitioning::UnknownPartitioning(parts),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Ok(Self {
            tally,
            files: of_part,
            asked: Arc::new(asked),
            reader: Arc::new(reader),
            properties: Arc::new(properties),
        })
    }
}

impl DisplayAs for TallyPlan {
    fn fmt_as(&self, _: DisplayFormatType, shown: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<_> = self.tally.columns.fields().iter().map(|field| field.name().as_str()).collect();
        let files = self.files.iter().map(Vec::len).sum::<usize>();
        write!(shown, "TallyPlan: files={files}, columns=[{}]", columns.join(", "))
    }
}

impl ExecutionPlan for TallyPlan {
    fn name(&self) -> &'static str {
        "TallyPlan"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion, DataFusionError>,
    ) -> Result<TreeNodeRecursion, DataFusionError> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        Ok(self)
    }

    fn execute(&self, partition: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream, DataFusionError> {
        let files = self.files.get(partition).cloned().unwrap_or_default();
        let (mut tally, asked, reader) = (self.tally.clone(), self.asked.clone(), self.reader.clone());
        let columns = tally.columns.clone();
        let mut sums = RecordBatchReceiverStreamBuilder::new(columns.clone(), WAITING);
        let taken = sums.tx();
        sums.spawn(async move {
            let metrics = ExecutionPlanMetricsSet::new();
            let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
            for file in files {
                let Some(ScalarValue::Date32(Some(day))) = file.partition_values.first().cloned() else { continue };
                let path = LocalFileSystem::new().path_to_filesystem(&file.object_meta.location)?;
                let metadata =
                    reader.create_reader(partition, file, None, &metrics)?.get_metadata(Some(&options)).await?;
                let (columns, asked, mut of_file) = (columns.clone(), asked.clone(), tally);
                let added = tokio::task::spawn_blocking(move || {
                    let mut done = Vec::new();
                    let add = |columns: &_, rows| of_file.add(columns, rows, |sums| done.push(sums));
                    read(File::open(path)?, metadata, day, &columns, &asked, add)?;
                    Ok::<_, DataFusionError>((of_file, done))
                });
                let done;
                (tally, done) = added.await.map_err(|error| DataFusionError::External(error.into()))??;
                for sums in done {
                    // Whoever asked may not want to know any more.
                    if taken.send(Ok(sums)).await.is_err() {
                        return Ok(());
                    }
                }
            }
            if let Some(sums) = tally.take()? {
                let _ = taken.send(Ok(sums)).await;
            }
            Ok(())
        });
        Ok(sums.build())
    }
}
