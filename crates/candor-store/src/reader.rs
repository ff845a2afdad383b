//! Reading beside a running collector, from another process.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use datafusion::{
    arrow::array::RecordBatch, error::DataFusionError, execution::runtime_env::RuntimeEnv, prelude::SessionContext,
};

use crate::{
    JournalError, QueryBounds, TableError,
    derived::DERIVED,
    engine::engine_apart,
    facts::{Apart, take_apart},
    journal::{read_segment, segments},
    query::{self, DerivedView, View},
    recovery::Layout,
    tables::{CRASHES, FACTS, Table},
};

/// Attempts to catch the table and the journal in one state, before what is there is taken as it is.
const ATTEMPTS: u32 = 20;
/// Between two attempts: the collector needs some milliseconds to commit.
const PAUSE: Duration = Duration::from_millis(20);

/// Reads a data directory without owning it, whether or not a collector is running.
#[derive(Debug, Clone)]
pub struct Reader {
    dir: PathBuf,
    engine: Arc<RuntimeEnv>,
}

/// Why a data directory could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is none.
    #[error("{} is no data directory of a collector: give the one that `candor serve --data` was started with", .0.display())]
    NoStore(PathBuf),
    /// The table could not be read.
    #[error("read {0}")]
    Table(#[from] TableError),
    /// The journal could not be read.
    #[error("read the journal: {0}")]
    Journal(#[from] JournalError),
    /// The query engine said no.
    #[error("prepare the query: {0}")]
    Query(#[from] DataFusionError),
}

/// Frames of the journal behind a version of `facts`.
struct Tail {
    frames: Vec<(u64, Apart)>,
    /// Whether they follow the table's rows without a gap, as far as can be seen.
    is_certain: bool,
}

impl Reader {
    /// Looks at the data directory `dir`; nothing is written to it.
    ///
    /// # Errors
    /// When it is no data directory.
    pub async fn open(dir: &Path) -> Result<Self, ReadError> {
        Self::open_with(dir, QueryBounds::default()).await
    }

    /// Like [`Reader::open`], with other bounds for its queries. What does not fit into memory goes where the system keeps
    /// temporary files.
    ///
    /// # Errors
    /// When it is no data directory.
    pub async fn open_with(dir: &Path, bounds: QueryBounds) -> Result<Self, ReadError> {
        match Table::open(&Layout::of(dir).facts, FACTS).await? {
            Some(_) => Ok(Self { dir: dir.to_owned(), engine: engine_apart(bounds)? }),
            None => Err(ReadError::NoStore(dir.to_owned())),
        }
    }

    /// A context whose tables have every row that was acknowledged before the call, exactly once.
    ///
    /// The tables are read first, then the journal behind them. When the collector has meanwhile committed and let go of
    /// frames that the version at hand lacks, the newer version is taken and the journal read again.
    ///
    /// # Errors
    /// When the table or the journal cannot be read.
    pub async fn session(&self) -> Result<SessionContext, ReadError> {
        let layout = Layout::of(&self.dir);
        let no_store = || ReadError::NoStore(self.dir.clone());
        let mut facts = Table::open(&layout.facts, FACTS).await?.ok_or_else(no_store)?;
        for attempt in 1.. {
            // After the facts: the others are committed first, so these versions have at least theirs.
            let crashes = Table::open(&layout.crashes, CRASHES).await?;
            let mut derived = Vec::with_capacity(DERIVED.len());
            for (of, dir) in DERIVED.iter().zip(&layout.derived) {
                // One of an older release lacks sums until a collector has made them anew.
                match Table::open(dir, of.definition).await? {
                    Some(table) if table.is_marked(of.complete).await? => derived.push(table),
                    _ => {}
                }
            }
            let (journal, committed) = (layout.journal.clone(), facts.committed());
            let tail = tokio::task::spawn_blocking(move || read_tail(&journal, committed)).await;
            let tail = tail.map_err(|error| TableError::Io(io::Error::other(error)))??;
            let newer = if tail.is_certain { facts.clone() } else { facts.reload().await? };
            let unchanged = newer.version() == facts.version();
            if tail.is_certain || (unchanged && (tail.frames.is_empty() || attempt >= ATTEMPTS)) {
                let view = tail.view(facts, crashes, derived);
                return Ok(query::session(view, Arc::clone(&self.engine))?);
            }
            if unchanged {
                tokio::time::sleep(PAUSE).await;
            }
            facts = newer;
        }
        Err(no_store())
    }
}

impl Tail {
    /// The tables with what each of them lacks.
    fn view(self, facts: Table, crashes: Option<Table>, derived: Vec<Table>) -> View {
        let facts_behind = |sequence| -> Vec<RecordBatch> {
            self.frames.iter().filter(|(of, _)| *of > sequence).map(|(_, frame)| frame.facts.clone()).collect()
        };
        let derived = derived.into_iter().map(|table| {
            let fresh_facts = facts_behind(table.committed());
            DerivedView { table, fresh_facts }
        });
        let derived = derived.collect();
        let fresh_facts = facts_behind(facts.committed());
        let of_crashes = crashes.as_ref().map_or(0, Table::committed);
        let behind = self.frames.into_iter().filter(|(sequence, _)| *sequence > of_crashes);
        let fresh_crashes = behind.filter_map(|(_, frame)| frame.crashes).collect();
        View { facts, fresh_facts, crashes, fresh_crashes, derived }
    }
}

/// Reads the frames behind `committed`.
fn read_tail(journal: &Path, committed: u64) -> Result<Tail, ReadError> {
    let segments = segments(journal)?;
    let mut tail = Tail { frames: Vec::new(), is_certain: true };
    let mut last = committed;
    for (position, (first, path)) in segments.iter().enumerate() {
        let below = segments.get(position + 1).map_or(u64::MAX, |(next, _)| *next);
        if below <= committed + 1 {
            continue;
        }
        let content = match read_segment(path, committed, below) {
            Err(JournalError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Ok(Tail { frames: Vec::new(), is_certain: false });
            }
            content => content?,
        };
        // A file that is being written may look damaged for a moment.
        tail.is_certain &= content.corrupt == 0 && *first <= last + 1;
        for frame in content.frames {
            tail.is_certain &= frame.sequence == last + 1;
            last = frame.sequence;
            tail.frames.push((frame.sequence, take_apart(&frame.batch).map_err(TableError::from)?));
        }
    }
    // Without a frame nobody can say whether there was none, or it has just been committed and deleted.
    tail.is_certain &= last > committed;
    Ok(tail)
}
