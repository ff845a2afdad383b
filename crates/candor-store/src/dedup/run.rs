//! A run: the ids of items received on a day, sorted, in a file.
//!
//! Numbers are little-endian.
//!
//! ```text
//!  0   8  magic "CANDORI\0"
//!  8   4  format version, 1
//! 12   4  CRC-32 of everything behind it
//! 16   8  how many ids
//! 24  8n  the ids, ascending, each once
//! ```

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use crc32fast::Hasher;
use datafusion::parquet::bloom_filter::Sbbf;

const MAGIC: &[u8; 8] = b"CANDORI\0";
const VERSION: u32 = 1;
const HEADER: u64 = 24;
const ID: u64 = size_of::<u64>() as u64;
/// Ids that a look-up reads at once: a page of the system.
const WINDOW: u64 = 4096 / ID;
/// One in so many look-ups of a new id is answered "perhaps" by the filter.
const FALSE_POSITIVES: f64 = 0.01;

/// A file of sorted ids that does not change.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) path: PathBuf,
    pub(super) count: u64,
    file: File,
}

impl Run {
    /// Opens a run, and hands each of its ids to `each`.
    ///
    /// # Errors
    /// `InvalidData` where it is damaged; whatever the system says.
    pub(super) fn open(path: &Path, mut each: impl FnMut(u64)) -> io::Result<Self> {
        let file = File::open(path)?;
        let mut reader = BufReader::with_capacity(1 << 16, &file);
        let mut header = [0; HEADER as usize];
        reader.read_exact(&mut header)?;
        let (begin, counted) = header.split_at(16);
        let count = u64::from_le_bytes(counted.try_into().map_err(io::Error::other)?);
        let length = file.metadata()?.len();
        if !begin.starts_with(MAGIC) || begin[8..12] != VERSION.to_le_bytes() || length != HEADER + count * ID {
            return Err(damaged(path));
        }
        let mut hasher = Hasher::new();
        hasher.update(counted);
        for _ in 0..count {
            let mut bytes = [0; ID as usize];
            reader.read_exact(&mut bytes)?;
            hasher.update(&bytes);
            each(u64::from_le_bytes(bytes));
        }
        if begin[12..16] != hasher.finalize().to_le_bytes() {
            return Err(damaged(path));
        }
        Ok(Self { path: path.to_owned(), count, file })
    }

    /// Writes a run of ids that come in ascending order, at most `most` of them, and gives its filter; it is on disk
    /// under its name when this returns.
    pub(super) fn write(
        path: &Path,
        most: u64,
        ids: impl Iterator<Item = io::Result<u64>>,
    ) -> io::Result<(Self, Sbbf)> {
        let temporary = path.with_extension("new");
        let mut filter = filter_for(most)?;
        let written = write_ids(&temporary, ids, &mut filter);
        let count = written.inspect_err(|_| {
            // It takes room that is perhaps short.
            let _ = fs::remove_file(&temporary);
        })?;
        fs::rename(&temporary, path)?;
        if let Some(dir) = path.parent() {
            File::open(dir)?.sync_all()?;
        }
        Ok((Self { path: path.to_owned(), count, file: File::open(path)? }, filter))
    }

    /// Whether the id is in it: a read or two where ids are spread evenly, which hashes are, and a few where they are not.
    pub(super) fn contains(&self, id: u64) -> io::Result<bool> {
        // The places that are left, and the values that ids there can have.
        let (mut low, mut high) = (0, self.count);
        let (mut least, mut most) = (0, u64::MAX);
        let mut guess_evenly = true;
        let mut window = [0; (WINDOW * ID) as usize];
        while low < high {
            let share = (id - least) as f64 / ((most - least) as f64 + 1.0);
            let middle = match guess_evenly {
                true => low + ((high - low) as f64 * share) as u64,
                false => low + (high - low) / 2,
            };
            guess_evenly = !guess_evenly;
            let start = middle.saturating_sub(WINDOW / 2).clamp(low, high.saturating_sub(WINDOW).max(low));
            let bytes = &mut window[..((high - start).min(WINDOW) * ID) as usize];
            self.file.read_exact_at(bytes, HEADER + start * ID)?;
            let ids = bytes.as_chunks::<{ ID as usize }>().0;
            let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(false) };
            let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
            if id < first {
                (high, most) = (start, first);
            } else if id > last {
                (low, least) = (start + ids.len() as u64, last);
            } else {
                return Ok(ids.binary_search_by_key(&id, |bytes| u64::from_le_bytes(*bytes)).is_ok());
            }
        }
        Ok(false)
    }

    /// Its ids, in order.
    pub(super) fn ids(&self) -> io::Result<impl Iterator<Item = io::Result<u64>>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(HEADER))?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        Ok((0..self.count).map(move |_| {
            let mut bytes = [0; ID as usize];
            reader.read_exact(&mut bytes).map(|()| u64::from_le_bytes(bytes))
        }))
    }
}

/// An empty filter for so many ids: about 10 bits for each.
pub(super) fn filter_for(most: u64) -> io::Result<Sbbf> {
    Sbbf::new_with_ndv_fpp(most.max(1), FALSE_POSITIVES).map_err(io::Error::other)
}

fn write_ids(path: &Path, ids: impl Iterator<Item = io::Result<u64>>, filter: &mut Sbbf) -> io::Result<u64> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    let mut writer = BufWriter::with_capacity(1 << 16, file);
    writer.write_all(&[0; HEADER as usize])?;
    let mut hasher = Hasher::new();
    let (mut count, mut before) = (0_u64, None);
    for id in ids {
        let id = id?;
        if before == Some(id) {
            continue;
        }
        before = Some(id);
        count += 1;
        hasher.update(&id.to_le_bytes());
        filter.insert(&id.to_le_bytes()[..]);
        writer.write_all(&id.to_le_bytes())?;
    }
    // The sum of the header's own part and the ids, which were summed before it was known how many there are.
    let mut sum = Hasher::new();
    sum.update(&count.to_le_bytes());
    sum.combine(&hasher);
    let mut file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    file.write_all(MAGIC)?;
    file.write_all(&VERSION.to_le_bytes())?;
    file.write_all(&sum.finalize().to_le_bytes())?;
    file.write_all(&count.to_le_bytes())?;
    file.sync_data()?;
    Ok(count)
}

fn damaged(path: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{} is damaged", path.display()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use proptest::prelude::*;

    fn run_of(dir: &Path, ids: &[u64]) -> (Run, Sbbf) {
        Run::write(&dir.join("run.ids"), ids.len() as u64, ids.iter().map(|id| Ok(*id))).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_run_has_what_was_written_and_nothing_else(
            mut ids in prop_oneof![
                proptest::collection::vec(any::<u64>(), 0..3000),
                // Not spread at all.
                proptest::collection::vec(0_u64..5000, 0..3000),
                proptest::collection::vec(prop_oneof![0_u64..9, u64::MAX - 9..=u64::MAX], 0..30),
            ],
            others in proptest::collection::vec(any::<u64>(), 20),
        ) {
            ids.sort_unstable();
            let dir = tempfile::tempdir().unwrap();
            let (run, filter) = run_of(dir.path(), &ids);
            ids.dedup();
            prop_assert_eq!(run.count, ids.len() as u64);
            let near = ids.iter().flat_map(|id| [id.wrapping_add(1), id.wrapping_sub(1)]);
            for id in ids.iter().copied().chain(near.collect::<Vec<_>>()).chain(others) {
                let is_there = ids.binary_search(&id).is_ok();
                prop_assert_eq!(run.contains(id).unwrap(), is_there, "{}", id);
                prop_assert!(!is_there || filter.check(&id.to_le_bytes()[..]));
            }
            let mut read = Vec::new();
            Run::open(&run.path, |id| read.push(id)).unwrap();
            prop_assert_eq!(&read, &ids);
            prop_assert_eq!(run.ids().unwrap().collect::<io::Result<Vec<_>>>().unwrap(), ids);
        }
    }

    #[test]
    fn a_bit_that_flipped_anywhere_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let (run, _) = run_of(dir.path(), &[1, 5, 9]);
        let good = fs::read(&run.path).unwrap();
        for place in 0..good.len() {
            let mut bytes = good.clone();
            bytes[place] ^= 0x10;
            fs::write(&run.path, &bytes).unwrap();
            assert!(Run::open(&run.path, |_| ()).is_err(), "byte {place}");
        }
        fs::write(&run.path, &good[..good.len() - 3]).unwrap();
        assert!(Run::open(&run.path, |_| ()).is_err(), "cut");
    }
}
