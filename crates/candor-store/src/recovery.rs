//! Opening a data directory: what the last process left behind becomes what this one begins with.

use std::{
    fs::{DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::Notify;

use crate::{
    OpenError, StoreOptions,
    cut_off::CutOff,
    dedup::{Remembered, Runs},
    derived::DERIVED,
    facts::{FactsBuilder, take_apart, widened},
    flush::Flusher,
    fresh::Published,
    journal::{Closed, Journal, JournalError, JournalFiles, SegmentContent, read_segment, segments},
    lock::{DirectoryLock, LockError},
    maintenance::Maintenance,
    tables::{CRASHES, Definition, FACTS, Table, TableError, Tables},
};

/// Where things are in a data directory; docs/storage.md describes them.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) journal: PathBuf,
    pub(crate) ids: PathBuf,
    pub(crate) facts: PathBuf,
    pub(crate) crashes: PathBuf,
    /// In the order of [`DERIVED`].
    pub(crate) derived: Vec<PathBuf>,
    /// Erasures that are under way.
    pub(crate) erasures: PathBuf,
    /// What does not fit into memory while it is sorted.
    pub(crate) spill: PathBuf,
}

impl Layout {
    pub(crate) fn of(dir: &Path) -> Self {
        let tables = dir.join("tables");
        Self {
            journal: dir.join("journal"),
            ids: dir.join("ids"),
            facts: tables.join(FACTS.name),
            crashes: tables.join(CRASHES.name),
            derived: DERIVED.iter().map(|derived| tables.join(derived.definition.name)).collect(),
            erasures: dir.join("erasures"),
            spill: dir.join("tmp"),
        }
    }

    /// The directory of every table.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (Definition, &PathBuf)> {
        let derived = DERIVED.iter().map(|derived| derived.definition).zip(&self.derived);
        [(FACTS, &self.facts), (CRASHES, &self.crashes)].into_iter().chain(derived)
    }
}

/// What a store begins with.
pub(crate) struct Recovered {
    pub(crate) lock: DirectoryLock,
    pub(crate) published: Arc<Published>,
    pub(crate) files: Arc<JournalFiles>,
    pub(crate) flusher: Flusher,
    pub(crate) writer: WriterParts,
    pub(crate) maintenance: Maintenance,
    pub(crate) corrupt_frames: u64,
}

/// What the journal's thread begins with.
pub(crate) struct WriterParts {
    pub(crate) journal: Journal,
    pub(crate) builder: FactsBuilder,
    pub(crate) remembered: Remembered,
}

/// Takes the directory, and reads what is in it.
pub(crate) async fn recover(dir: &Path, options: &StoreOptions) -> Result<Recovered, OpenError> {
    let layout = Layout::of(dir);
    let failed = |source| OpenError::Io { dir: dir.to_owned(), source };
    for path in [dir, &layout.journal, &layout.ids, &dir.join("tables")] {
        create_private(path).map_err(failed)?;
    }
    for (_, path) in layout.tables() {
        create_private(path).map_err(failed)?;
    }
    let lock = DirectoryLock::take(dir).map_err(|error| match error {
        LockError::Held(holder) => OpenError::Locked { dir: dir.to_owned(), holder },
        LockError::Io(source) => failed(source),
    })?;

    let facts = Table::open_or_create(&layout.facts, FACTS).await?;
    let crashes = Table::open_or_create(&layout.crashes, CRASHES).await?;
    let ids = Arc::new(Runs::open(&layout.ids, options.id_filter_bytes).map_err(failed)?);
    let mut remembered = Remembered::new(ids.clone());
    let mut derived = Vec::with_capacity(DERIVED.len());
    for (of, dir) in DERIVED.iter().zip(&layout.derived) {
        derived.push(Table::open_or_create(dir, of.definition).await?);
    }
    let published = Arc::new(Published::new(Tables { facts, crashes, derived }));
    let files = Arc::new(JournalFiles::default());
    let commits = Arc::default();
    let maintenance = Maintenance {
        published: published.clone(),
        commits: Arc::clone(&commits),
        layout: layout.clone(),
        options: options.clone(),
    };
    maintenance.fill_new_tables().await?;
    let mut flusher = Flusher {
        published: published.clone(),
        commits,
        files: files.clone(),
        ids,
        options: options.clone(),
        wanted: Arc::new(Notify::new()),
        unsaved: crate::flush::Unsaved::default(),
    };
    let (next_sequence, corrupt_frames) = replay(&layout, options, &mut remembered, &mut flusher).await?;

    let schema = {
        let state = published.lock();
        let known = state.tables.facts.schema().clone();
        let waiting = [&state.flushing, &state.fresh].into_iter().flat_map(|rows| rows.facts.batches());
        waiting.fold(known, |wide, batch| widened(&wide, batch.schema_ref()))
    };
    let writer = WriterParts {
        journal: Journal::new(layout.journal, options.segment_bytes, next_sequence, files.clone()),
        builder: FactsBuilder::new(&schema, options.max_attribute_columns),
        remembered,
    };
    Ok(Recovered { lock, published, files, flusher, writer, maintenance, corrupt_frames })
}

/// Reads the journal, segment by segment: the rows that the table lacks become fresh, every id is remembered. Returns
/// the next sequence, and how many places could not be read.
async fn replay(
    layout: &Layout,
    options: &StoreOptions,
    remembered: &mut Remembered,
    flusher: &mut Flusher,
) -> Result<(u64, u64), OpenError> {
    let published = flusher.published.clone();
    let (committed, mut cut_off) = {
        let state = published.lock();
        (state.tables.facts.committed(), CutOff::of(&state.tables))
    };
    let mut last = committed;
    let mut corrupt = 0;
    let segments = segments(&layout.journal)?;
    for (position, (first, path)) in segments.iter().enumerate() {
        let below = segments.get(position + 1).map_or(u64::MAX, |(next, _)| *next);
        let content = read_segment(path, 0, below)?;
        corrupt += content.corrupt;
        // A gap where nothing is damaged: a file is gone.
        if *first > last + 1 && content.corrupt == 0 {
            tracing::error!(from = last + 1, to = first - 1, "journal frames are missing");
            corrupt += 1;
        }
        let closed = close(path, *first, &content).map_err(|source| JournalError::Io { path: path.clone(), source })?;
        for frame in content.frames {
            last = last.max(frame.sequence);
            let apart = take_apart(&frame.batch).map_err(TableError::from)?;
            remembered.begin(frame.day);
            for id in &apart.ids {
                remembered.insert(frame.day, *id).map_err(|source| JournalError::Io { path: path.clone(), source })?;
            }
            if let Some(ended) = cut_off.take_if(|cut_off| !cut_off.has(frame.sequence)) {
                ended.seal(&published).await?;
            }
            let mut state = published.lock();
            if frame.sequence > committed {
                if let Some(cut_off) = &mut cut_off {
                    cut_off.push(frame.sequence, &apart);
                }
                state.fresh.push(frame.sequence, frame.day, apart);
            } else {
                // The table has the rows; the ids may not have reached their file.
                state.fresh.push_ids(frame.day, &apart.ids);
            }
        }
        match closed {
            Some(closed) => flusher.files.add(closed),
            None => set_aside(path, content.corrupt > 0),
        }
        let is_due = {
            let state = published.lock();
            cut_off.is_none() && (state.rows() >= options.flush_rows || state.bytes() >= options.flush_bytes)
        };
        if is_due {
            flusher.flush().await?;
        }
    }
    if let Some(cut_off) = cut_off {
        cut_off.seal(&published).await?;
    }
    Ok((last + 1, corrupt))
}

/// A segment that nothing more is written to; what was allocated and not used is given back. `None` where it holds no
/// frame.
///
/// Synced, as whoever wrote it may have been killed before that: from now on its rows are counted, and clients that send
/// them again are told so.
fn close(path: &Path, first: u64, content: &SegmentContent) -> io::Result<Option<Closed>> {
    let Some(last) = content.frames.last() else { return Ok(None) };
    let last_sequence = last.sequence.max(first);
    let length = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let bytes = match content.used {
        // Damaged bytes are kept, for whoever wants to look at them, until the segment is deleted.
        Some(used) if content.corrupt == 0 => shorten(path, used).map_or(length, |()| used),
        _ => length,
    };
    File::open(path)?.sync_all()?;
    Ok(Some(Closed { path: path.to_owned(), last_sequence, bytes }))
}

fn shorten(path: &Path, bytes: u64) -> io::Result<()> {
    std::fs::OpenOptions::new().write(true).open(path)?.set_len(bytes)
}

/// Takes a segment without a readable frame out of the way of the next one of its name: an empty one goes, a damaged
/// one is kept for whoever wants to look at it.
fn set_aside(path: &Path, is_damaged: bool) {
    let result =
        if is_damaged { std::fs::rename(path, path.with_extension("damaged")) } else { std::fs::remove_file(path) };
    if let Err(error) = result {
        tracing::warn!(path = %path.display(), %error, "could not take an unreadable journal segment out of the way");
    }
}

/// A directory that only its owner may enter, and those above it that are missing; their names are on disk when this returns.
pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    let missing = path.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.exists()).count();
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    // What is synced in it later would be gone with it. Whoever made the last of them may have been killed before its sync.
    for parent in path.ancestors().skip(1).take(missing.max(1)) {
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        match File::open(parent).and_then(|parent| parent.sync_all()) {
            // A directory that others made, where its owner may look for names and not read them.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && missing == 0 => {}
            result => result?,
        }
    }
    Ok(())
}
