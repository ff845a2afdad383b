//! The groups of rows of a Parquet file: looked at, copied, and written again with fewer rows.

use std::fs::File;

use bytes::Bytes;
use datafusion::{
    arrow::{
        array::{Array, BooleanArray, Int64Array, RecordBatch, RecordBatchReader, StringArray},
        compute::{and, concat_batches, filter_record_batch, kernels::cmp::eq, not, prep_null_mask_filter},
        error::ArrowError,
    },
    parquet::{
        arrow::{
            ArrowWriter, ProjectionMask,
            arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
            arrow_writer::{ArrowRowGroupWriterFactory, compute_leaves},
        },
        bloom_filter::Sbbf,
        column::writer::ColumnCloseResult,
        errors::ParquetError,
        file::{
            metadata::{PageIndexPolicy, RowGroupMetaData},
            properties::WriterProperties,
            statistics::Statistics,
            writer::SerializedFileWriter,
        },
    },
};

use super::{TableError, Whose};

/// The columns that say whose a row is.
const WHOSE: [&str; 2] = ["project", "installation"];

/// A file that is read, group by group.
pub(super) struct Groups {
    file: File,
    pub(super) metadata: ArrowReaderMetadata,
}

impl Groups {
    pub(super) fn open(file: File) -> Result<Self, TableError> {
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&file, options)?;
        Ok(Self { file, metadata })
    }

    pub(super) fn len(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    /// Which rows of a group are of this installation; `None` where none is.
    pub(super) fn rows_of(&self, group: usize, whose: &Whose) -> Result<Option<BooleanArray>, TableError> {
        if !may_have(self.metadata.metadata().row_group(group), whose.installation) {
            return Ok(None);
        }
        let rows = self.read(group, ProjectionMask::columns(self.metadata.parquet_schema(), WHOSE))?;
        let column = |name: &str| {
            let missing = || ArrowError::SchemaError(format!("a file without the column {name}"));
            rows.column_by_name(name).ok_or_else(missing)
        };
        let project = eq(column(WHOSE[0])?, &StringArray::new_scalar(whose.project.as_str()))?;
        let installation = eq(column(WHOSE[1])?, &Int64Array::new_scalar(whose.installation))?;
        let both = and(&project, &installation)?;
        let both = if both.null_count() > 0 { prep_null_mask_filter(&both) } else { both };
        Ok((both.true_count() > 0).then_some(both))
    }

    pub(super) fn read(&self, group: usize, columns: ProjectionMask) -> Result<RecordBatch, TableError> {
        let rows = usize::try_from(self.metadata.metadata().row_group(group).num_rows()).unwrap_or(usize::MAX);
        let file = self.file.try_clone()?;
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_row_groups(vec![group])
            .with_projection(columns)
            .with_batch_size(rows)
            .build()?;
        let schema = reader.schema();
        Ok(concat_batches(&schema, &reader.collect::<Result<Vec<_>, _>>()?)?)
    }

    /// All rows but these of each group, as a file.
    pub(super) fn without(
        &self,
        of_it: &[Option<BooleanArray>],
        properties: WriterProperties,
    ) -> Result<Bytes, TableError> {
        let writer = ArrowWriter::try_new(Vec::new(), self.metadata.schema().clone(), Some(properties))?;
        let (mut writer, factory) = writer.into_serialized_writer()?;
        // A file of before may have had its columns spelled otherwise.
        let is_alike = writer.schema_descr().columns() == self.metadata.parquet_schema().columns();
        for (group, of_it) in of_it.iter().enumerate() {
            match of_it {
                None if is_alike => self.copy(group, &mut writer)?,
                _ => {
                    let rows = self.read(group, ProjectionMask::all())?;
                    let rows =
                        of_it.as_ref().map_or(Ok(rows.clone()), |of_it| filter_record_batch(&rows, &not(of_it)?))?;
                    encode(&rows, &factory, &mut writer)?;
                }
            }
        }
        Ok(writer.into_inner()?.into())
    }

    /// Copies a group with what is known of its pages.
    fn copy(&self, group: usize, writer: &mut SerializedFileWriter<Vec<u8>>) -> Result<(), ParquetError> {
        let metadata = self.metadata.metadata();
        let of_group = metadata.row_group(group);
        let pages = metadata.column_index().and_then(|pages| pages.get(group));
        let offsets = metadata.offset_index().and_then(|offsets| offsets.get(group));
        let mut copied = writer.next_row_group()?;
        for (position, column) in of_group.columns().iter().enumerate() {
            let close = ColumnCloseResult {
                bytes_written: u64::try_from(column.compressed_size()).unwrap_or(0),
                rows_written: u64::try_from(of_group.num_rows()).unwrap_or(0),
                metadata: column.clone(),
                bloom_filter: Sbbf::read_from_column_chunk(column, &self.file)?,
                column_index: pages.and_then(|pages| pages.get(position)).cloned(),
                offset_index: offsets.and_then(|offsets| offsets.get(position)).cloned(),
            };
            copied.append_column(&self.file, close)?;
        }
        copied.close().map(drop)
    }
}

/// Whether an installation can be in a group of rows, by the least and the greatest that are.
fn may_have(group: &RowGroupMetaData, installation: i64) -> bool {
    let of_it = group.columns().iter().find(|column| column.column_path().string() == WHOSE[1]);
    match of_it.and_then(|column| column.statistics()) {
        Some(Statistics::Int64(known)) => {
            known.min_opt().is_none_or(|least| *least <= installation)
                && known.max_opt().is_none_or(|greatest| installation <= *greatest)
        }
        _ => true,
    }
}

/// Writes rows as one group, if there are any.
fn encode(
    rows: &RecordBatch,
    factory: &ArrowRowGroupWriterFactory,
    writer: &mut SerializedFileWriter<Vec<u8>>,
) -> Result<(), ParquetError> {
    if rows.num_rows() == 0 {
        return Ok(());
    }
    let mut columns = factory.create_column_writers(writer.flushed_row_groups().len())?.into_iter();
    let mut group = writer.next_row_group()?;
    for (field, column) in rows.schema_ref().fields().iter().zip(rows.columns()) {
        for (leaf, mut writer) in compute_leaves(field, column)?.into_iter().zip(&mut columns) {
            writer.write(&leaf)?;
            writer.close()?.append_to_row_group(&mut group)?;
        }
    }
    group.close().map(drop)
}
