//! A data file without the rows of an installation.
//!
//! Groups of rows that have none of them are copied as they are: to decode and to encode a whole file takes ten times as long,
//! and an installation lies in one group or two of a file that was put in order.

mod groups;

#[cfg(test)]
mod tests;

use std::fs::File;

use bytes::Bytes;
use datafusion::{
    arrow::array::BooleanArray, object_store::ObjectStoreExt, parquet::file::properties::WriterProperties,
};
use deltalake::{Path, kernel::Add};

use self::groups::Groups;
use super::{DataFile, Table, TableError, write::compacted};
use crate::clock;

/// An installation of a project, as the columns have them.
#[derive(Debug, Clone)]
pub(crate) struct Whose {
    pub(crate) project: String,
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
    /// Writes the rows of a file that are not of this installation to another; `None` where all of them are others'. The work
    /// is done by a thread of its own, so that several files can be worked on at once.
    pub(crate) async fn without(&self, file: &DataFile, whose: &Whose) -> Result<Option<Without>, TableError> {
        let (path, all) = (file.in_table(&self.dir()?), file.rows);
        let (whose, properties) = (whose.clone(), compacted(self.definition)?);
        let rewritten = tokio::task::spawn_blocking(move || rewrite(&path, all, &whose, properties));
        let Some((rows, others)) = rewritten.await.map_err(std::io::Error::other)?? else { return Ok(None) };
        let added = match others {
            None => None,
            Some(others) => Some(self.put(file, all.saturating_sub(rows), others).await?),
        };
        Ok(Some(Without { rows, added }))
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

/// How many of the rows of a file are of this installation, and a file with the others, if there are any; `None` where none is.
fn rewrite(
    path: &std::path::Path,
    all: u64,
    whose: &Whose,
    properties: WriterProperties,
) -> Result<Option<(u64, Option<Bytes>)>, TableError> {
    let groups = Groups::open(File::open(path)?)?;
    let of_it = (0..groups.len()).map(|group| groups.rows_of(group, whose)).collect::<Result<Vec<_>, _>>()?;
    let rows = of_it.iter().flatten().map(BooleanArray::true_count).sum::<usize>() as u64;
    match rows {
        0 => Ok(None),
        rows if rows == all => Ok(Some((rows, None))),
        rows => Ok(Some((rows, Some(groups.without(&of_it, properties)?)))),
    }
}
