//! The thread that writes the journal: it takes all that waits, makes one frame of it, syncs, and answers.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use tokio::sync::{Notify, oneshot};

use crate::{
    Append, AppendError, Appended, StoreOptions,
    dedup::Remembered,
    facts::{Apart, FactsBuilder, take_apart},
    fresh::Published,
    journal::{Journal, SegmentError},
};

/// Rows from which on a frame is closed although more is waiting: about ten megabytes, so that the first of a long
/// queue are not kept waiting for the last.
const GROUP_ROWS: usize = 32_768;

/// An append that waits, and who waits for it.
#[derive(Debug)]
pub(crate) enum Job {
    /// Items to write.
    Append(Waiting),
    /// The next frame begins a new file.
    Rotate(oneshot::Sender<()>),
}

/// Items, and who waits for them.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) append: Append,
    pub(crate) weight: usize,
    pub(crate) answer: oneshot::Sender<Result<Appended, AppendError>>,
}

/// All that the thread has.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) jobs: mpsc::Receiver<Job>,
    pub(crate) queued_rows: Arc<AtomicUsize>,
    pub(crate) journal: Journal,
    pub(crate) builder: FactsBuilder,
    pub(crate) remembered: Remembered,
    pub(crate) published: Arc<Published>,
    pub(crate) options: StoreOptions,
    pub(crate) flush_wanted: Arc<Notify>,
}

/// What a group has taken up so far.
#[derive(Debug, Default)]
struct Group {
    answers: Vec<(oneshot::Sender<Result<Appended, AppendError>>, Appended)>,
    ids: Vec<u64>,
    weight: usize,
}

impl Group {
    /// Takes up an id; `false` where it is counted already.
    fn remember(&mut self, remembered: &mut Remembered, day: i32, id: u64) -> io::Result<bool> {
        let is_new = remembered.insert(day, id)?;
        if is_new {
            self.ids.push(id);
        }
        Ok(is_new)
    }
}

impl Writer {
    /// Works until every sender is gone, and everything that waited is answered.
    pub(crate) fn run(mut self) {
        let mut next = self.jobs.recv().ok();
        while let Some(job) = next {
            next = match job {
                Job::Append(first) => self.write_group(first),
                Job::Rotate(answer) => {
                    self.journal.rotate();
                    // Whoever asked may have gone.
                    let _ = answer.send(());
                    None
                }
            };
            next = next.or_else(|| self.jobs.recv().ok());
        }
    }

    /// Writes what waits, and returns a job that is something else.
    fn write_group(&mut self, first: Waiting) -> Option<Job> {
        // A frame has one day, that of its first append: around midnight an id may be kept for one day less.
        let day = first.append.received.day();
        self.remembered.begin(day);
        let mut group = Group::default();
        let mut waiting = first;
        let behind = loop {
            self.take(&mut group, day, waiting);
            let full = self.builder.rows() >= GROUP_ROWS;
            match if full { None } else { self.jobs.try_recv().ok() } {
                Some(Job::Append(next)) => waiting = next,
                other => break other,
            }
        };
        self.finish(group, day);
        behind
    }

    fn take(&mut self, group: &mut Group, day: i32, waiting: Waiting) {
        let Waiting { append, weight, answer } = waiting;
        group.weight += weight;
        let before = group.ids.len();
        let is_new: io::Result<Vec<bool>> =
            append.items.iter().map(|item| group.remember(&mut self.remembered, day, item.id)).collect();
        let is_new = match is_new {
            Ok(is_new) => is_new,
            Err(error) => {
                tracing::error!(%error, "the ids of earlier items could not be read");
                self.remembered.remove(day, group.ids.drain(before..));
                let _ = answer.send(Err(AppendError::Io(Arc::new(error))));
                return;
            }
        };
        let mut appended = Appended::default();
        for (item, is_new) in append.items.iter().zip(is_new) {
            if !is_new {
                appended.duplicates += 1;
                continue;
            }
            appended.accepted += 1;
            for fact in &item.facts {
                self.builder.push(&append.project, item.id, fact);
            }
        }
        group.answers.push((answer, appended));
    }

    /// Writes the group. A duplicate is answered only now too: its first copy may be in the same frame.
    fn finish(&mut self, group: Group, day: i32) {
        let result = self.write(&group.ids, day);
        if result.is_err() {
            self.remembered.remove(day, group.ids.iter().copied());
        }
        self.queued_rows.fetch_sub(group.weight, Ordering::AcqRel);
        for (answer, appended) in group.answers {
            // Whoever asked may have gone; the rows are counted all the same.
            let _ = answer.send(result.clone().map(|()| appended));
        }
    }

    fn write(&mut self, ids: &[u64], day: i32) -> Result<(), AppendError> {
        if self.builder.rows() == 0 {
            self.published.lock().fresh.push_ids(day, ids);
            return Ok(());
        }
        let encode = |error| AppendError::Encode(Arc::new(error));
        let batch = self.builder.finish().map_err(encode)?;
        let apart = take_apart(&batch).map_err(encode)?;
        let sequence = self.journal.append(&batch, day).map_err(refused)?;
        let is_due = {
            let mut state = self.published.lock();
            state.fresh.push(sequence, day, Apart { ids: ids.to_vec(), ..apart });
            state.fresh.rows() >= self.options.flush_rows || state.fresh.bytes() >= self.options.flush_bytes
        };
        if is_due {
            self.flush_wanted.notify_one();
        }
        Ok(())
    }
}

fn refused(error: SegmentError) -> AppendError {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    match error {
        SegmentError::Io(error) if matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge) => {
            AppendError::DiskFull
        }
        SegmentError::Io(error) => {
            tracing::error!(%error, "the journal could not be written");
            AppendError::Io(Arc::new(error))
        }
        SegmentError::Encode(error) => AppendError::Encode(Arc::new(error)),
    }
}

/// How much of the queue's bound an append takes: its rows, and at least one.
pub(crate) fn weight(append: &Append) -> usize {
    append.items.iter().map(|item| item.facts.len().max(1)).sum::<usize>().max(1)
}
