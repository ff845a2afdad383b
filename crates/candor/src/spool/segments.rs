//! Closed segments: taken out of the writers' way by a rename.

use std::{fs, io, path::PathBuf};

use super::{LOCK, Lines, MAX_FILE_BYTES, Queue, Spool, count};
use crate::{
    identity::Identity,
    regular_file,
    state::{self, Lock},
    text,
};

/// A file that nobody appends to any more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Segment {
    pub(super) number: u64,
    pub(super) form: Form,
    pub(super) name: String,
}

/// What is in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    Lines,
    Sums,
}

impl Form {
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Lines => "jsonl",
            Self::Sums => "sums",
        }
    }
}

impl Segment {
    pub(super) fn path(&self, spool: &Spool) -> PathBuf {
        spool.directory.join(&self.name)
    }
}

impl Spool {
    /// The closed segments of a queue, the oldest first, in both forms. What has such a name and is no regular file is
    /// left where it is.
    pub(super) fn all_segments(&self, queue: Queue) -> io::Result<Vec<Segment>> {
        self.named(queue, |entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
    }

    /// Whatever has the name of a segment, and is wanted.
    pub(super) fn named(&self, queue: Queue, is_wanted: fn(&fs::DirEntry) -> bool) -> io::Result<Vec<Segment>> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let wanted = entries.filter_map(Result::ok).filter(is_wanted);
        let names = wanted.filter_map(|entry| entry.file_name().into_string().ok());
        let mut segments: Vec<Segment> = Vec::new();
        for segment in names.filter_map(|name| segment(queue, name)) {
            // There are few, and what sorts many would weigh more than the rest of this file.
            let at = segments.partition_point(|other| *other < segment);
            segments.insert(at, segment);
        }
        Ok(segments)
    }

    /// The closed segments of a queue that hold lines, the oldest first.
    pub(crate) fn segments(&self, queue: Queue) -> io::Result<Vec<Segment>> {
        let mut segments = self.all_segments(queue)?;
        segments.retain(|segment| segment.form == Form::Lines);
        Ok(segments)
    }

    /// Closes the files that are appended to and counted in. The caller holds the spool's lock.
    pub(super) fn close_current(&self, queue: Queue) -> io::Result<()> {
        if let (Some(close_presence), Queue::Usage | Queue::Local) = (self.close_presence, queue) {
            close_presence(self, queue)?;
        }
        self.close(queue.file(), queue, Form::Lines)?;
        match queue {
            Queue::Usage | Queue::Local => self.close(queue.table(), queue, Form::Sums),
            Queue::Crashes | Queue::LocalCrashes => Ok(()),
        }
    }

    pub(super) fn close(&self, file: &str, queue: Queue, form: Form) -> io::Result<()> {
        match fs::rename(self.directory.join(file), self.next_segment(queue, form)?) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Moves everything in a queue to where it is never sent. The caller holds the spool's lock.
    #[inline(never)]
    pub(super) fn retire(&self, queue: Queue) -> io::Result<()> {
        self.close_current(queue)?;
        for segment in self.all_segments(queue)? {
            fs::rename(segment.path(self), self.next_segment(queue.kept(), segment.form)?)?;
        }
        Ok(())
    }

    /// Whether anything waits to be sent.
    pub(crate) fn has_waiting(&self) -> bool {
        [Queue::Usage.file(), Queue::Usage.table(), Queue::Crashes.file()]
            .iter()
            .any(|name| self.directory.join(name).exists())
    }

    /// Whether an upload would have anything to say.
    pub(crate) fn has_anything_to_send(&self) -> bool {
        let has_segments = |queue| self.all_segments(queue).is_ok_and(|segments| !segments.is_empty());
        self.has_waiting() || self.dropped() > 0 || has_segments(Queue::Usage) || has_segments(Queue::Crashes)
    }

    /// Closes the current files and returns every segment of a queue, the oldest first. What was added up becomes items.
    ///
    /// # Errors
    /// When the directory cannot be read or written.
    pub(crate) fn claim(&self, queue: Queue, identity: &Identity) -> io::Result<Vec<Segment>> {
        if !self.directory.exists() {
            return Ok(Vec::new());
        }
        let _lock = Lock::take(&self.directory, LOCK)?;
        self.close_current(queue)?;
        self.harvest(queue, identity)?;
        self.segments(queue)
    }

    /// Reads a closed segment to its end, waiting for writers that were about to append when it was closed.
    ///
    /// # Errors
    /// When it cannot be read. One that has been removed meanwhile is empty.
    pub(crate) fn read(&self, segment: &Segment, queue: Queue) -> io::Result<Lines> {
        let file = match regular_file::open(&segment.path(self), fs::OpenOptions::new().read(true)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Lines::default()),
            Err(error) => return Err(error),
        };
        // Where there are no locks there is nobody to wait for.
        let _ = file.lock();
        let bytes = regular_file::read_open(&file, MAX_FILE_BYTES);
        state::give_back(&file);
        Ok(Lines::of(&bytes?, queue.beginning()))
    }

    /// Leaves only these items in a segment, and removes it when there are none.
    ///
    /// # Errors
    /// When it cannot be written: then what was sent is sent again, with the same ids.
    pub(crate) fn keep(&self, segment: &Segment, items: &[String]) -> io::Result<()> {
        let _lock = Lock::take(&self.directory, LOCK)?;
        let path = segment.path(self);
        if !path.exists() {
            // It fell to the bounds meanwhile.
            return Ok(());
        }
        if items.is_empty() {
            return fs::remove_file(path);
        }
        self.write_items(&segment.name, items)
    }

    /// Writes a segment of this name anew, an item a line.
    pub(super) fn write_items(&self, name: &str, items: &[String]) -> io::Result<()> {
        let text = state::lines(&mut items.iter().map(String::as_str));
        state::replace(&self.directory, name, text.as_bytes())
    }

    /// How many records a closed segment holds.
    pub(super) fn records(&self, segment: &Segment, queue: Queue) -> u64 {
        match segment.form {
            Form::Lines => {
                self.read(segment, queue).map_or(0, |lines| lines.items.iter().map(|item| count(item)).sum())
            }
            Form::Sums => self.sum(segment),
        }
    }

    fn next_segment(&self, queue: Queue, form: Form) -> io::Result<PathBuf> {
        Ok(self.directory.join(self.next_name(queue, form)?))
    }

    /// The name of the next segment.
    pub(super) fn next_name(&self, queue: Queue, form: Form) -> io::Result<String> {
        let next = self.named(queue, |_| true)?.last().map_or(1, |last| last.number + 1);
        Ok(format!("{}.{next:06}.{}", queue.name(), form.extension()))
    }
}

/// The segment of this name, such as `usage.000001.jsonl`.
fn segment(queue: Queue, name: String) -> Option<Segment> {
    let (digits, extension) = text::split_once(name.strip_prefix(queue.name())?.strip_prefix('.')?, '.')?;
    let form = [Form::Lines, Form::Sums].into_iter().find(|form| form.extension() == extension)?;
    let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| text::number(digits))??;
    Some(Segment { number, form, name })
}
