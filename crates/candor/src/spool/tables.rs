//! Sums leave their table as lines.

use std::{fs, io};

use super::{
    LOCK, Queue, Spool,
    segments::{Form, Segment},
};
use crate::{
    identity::Identity,
    state::Lock,
    sums::{self, Closing, Entry, TableFile},
};

/// Where a table goes that is none; the last one is kept for whoever wants to know what happened.
pub(super) const DAMAGED: &str = "damaged.sums";

impl Spool {
    /// Turns every closed table into a segment of lines of the same number. A process that dies in between leaves both, or
    /// the table alone: then the next one does it again, and the lines are the same. The caller holds the spool's lock.
    pub(super) fn harvest(&self, queue: Queue, identity: &Identity) -> io::Result<()> {
        for segment in self.all_segments(queue)? {
            if segment.form == Form::Lines {
                continue;
            }
            let lines = segment.name.replace(Form::Sums.extension(), Form::Lines.extension());
            if !self.directory.join(&lines).exists() {
                self.write_lines(&segment, &lines, queue, identity)?;
            }
            match fs::remove_file(segment.path(self)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn write_lines(&self, segment: &Segment, lines: &str, queue: Queue, identity: &Identity) -> io::Result<()> {
        let Some((seed, entries)) = self.taken(segment)? else {
            return fs::rename(segment.path(self), self.directory.join(DAMAGED));
        };
        let harvest = sums::items(seed, entries, identity);
        if queue.is_sent() {
            self.count_dropped(harvest.damaged)?;
        }
        if harvest.items.is_empty() {
            return Ok(());
        }
        self.write_items(lines, &harvest.items)
    }

    /// How many records a closed table holds.
    pub(super) fn sum(&self, segment: &Segment) -> u64 {
        let entries = self.taken(segment).ok().flatten().map_or_else(Vec::new, |(_, entries)| entries);
        entries.iter().fold(0, |sum, entry| sum.saturating_add(entry.count))
    }

    /// What was counted in a table that lost its name; `None` when it is damaged.
    fn taken(&self, segment: &Segment) -> io::Result<Option<([u8; 16], Vec<Entry>)>> {
        let file = match TableFile::open(&segment.path(self)) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(None),
            opened => opened?,
        };
        let taken = file.table().and_then(|table| Ok((table.seed(), table.close()?)));
        Ok(taken.ok())
    }
}

/// The queue of a spool whose table can be closed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QueueOf<'a>(pub(crate) &'a Spool, pub(crate) Queue);

impl Closing for QueueOf<'_> {
    fn close_table(&self, file: Option<&TableFile>) -> io::Result<()> {
        let Self(spool, queue) = self;
        let path = spool.directory.join(queue.table());
        let Some(_lock) = Lock::try_take(&spool.directory, LOCK)? else { return Err(io::ErrorKind::WouldBlock.into()) };
        match file {
            Some(file) if file.is_at(&path) => {
                spool.close(queue.table(), *queue, Form::Sums)?;
                spool.drop_oldest(*queue)
            }
            Some(_) => Ok(()),
            None => match TableFile::open(&path) {
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    fs::rename(path, spool.directory.join(DAMAGED))
                }
                Err(error) => Err(error),
                Ok(_) => Ok(()),
            },
        }
    }
}
