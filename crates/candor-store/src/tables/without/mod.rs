//! A data file without the rows of an installation.
//!
//! Groups of rows that have none of them are copied as they are: to decode and to encode a whole file takes ten times as long,
//! and an installation lies in one group or two of a file that was put in order.

mod groups;

#[cfg(test)]
mod tests;

use std::fs::File;

use bytes::Bytes;
use datafusion::{arrow::array::BooleanArray, object_store::ObjectStoreExt};
use deltalake::{Path, kernel::Add};

use self::groups::Groups;
use super::{DataFile, Table, TableError, write::compacted};
use crate::clock;

/// An installation of a project, as the columns have them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whose<'a> {
    pub(crate) project: &'a str,
    pub(crate) installation: i64,
}

/// What takes the place of a file.
#[derive(Debug)]
pub(crate) struct Without {
    /// How many rows it has no more.
    pub(crate) rows: u64,
    /// The file with the others, which no version names yet; `None` where there are none.
    pub(crate) added: Option<Add>,
}

impl Table {
    /// Writes the rows of a file that are not of this installation to another; `None` where all of them are others'.
    pub(crate) async fn without(&self, file: &DataFile, whose: Whose<'_>) -> Result<Option<Without>, TableError> {
        let groups = Groups::open(File::open(file.in_table(&self.dir()?))?)?;
        let of_it = (0..groups.len()).map(|group| groups.rows_of(group, whose)).collect::<Result<Vec<_>, _>>()?;
        let rows: usize = of_it.iter().flatten().map(BooleanArray::true_count).sum();
        if rows == 0 {
            return Ok(None);
        }
        let kept = file.rows.saturating_sub(rows as u64);
        let added = match kept {
            0 => None,
            _ => Some(self.put(file, kept, groups.without(&of_it, compacted(self.definition)?)?).await?),
        };
        Ok(Some(Without { rows: rows as u64, added }))
    }

    /// Writes a file beside another, of the same day. What the log could say of its values is left out: nothing asks for it.
    async fn put(&self, beside: &DataFile, rows: u64, bytes: Bytes) -> Result<Add, TableError> {
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let mut name = [0; 16];
        getrandom::fill(&mut name).map_err(std::io::Error::other)?;
        let name = format!("part-00000-{:032x}-c000.zstd.parquet", u128::from_le_bytes(name));
        let path = match beside.path.rsplit_once('/') {
            Some((dir, _)) => format!("{dir}/{name}"),
            None => name,
        };
        let location = Path::parse(&path).map_err(std::io::Error::other)?;
        self.table.object_store().put(&location, bytes.into()).await.map_err(std::io::Error::other)?;
        Ok(Add {
            path,
            partition_values: beside.partition_values(),
            size,
            modification_time: i64::try_from(clock::since_1970().as_millis()).unwrap_or(0),
            data_change: true,
            stats: Some(format!("{{\"numRecords\":{rows}}}")),
            tags: None,
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
            clustering_provider: None,
        })
    }
}
