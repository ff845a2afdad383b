//! A look at the spool that changes nothing: no file is made, closed or renamed, and nobody waits.

use std::{io, path::Path};

use super::{Agreement, Lines, MAX_FILE_BYTES, MAX_NOTE_BYTES, Queue, Spool, bounds, consent, count, tables};
use crate::{
    presence::PresenceFile,
    regular_file,
    sums::{self, TableFile},
};

/// What lies in the files of a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Survey {
    /// How many records can be read. What was added up counts as often as it happened.
    pub(crate) records: u64,
    /// The items in the queue's lines, the oldest file first.
    pub(crate) items: Vec<String>,
    /// Files that hold something else too, by their names, and what was found in them.
    pub(crate) damage: Vec<(String, String)>,
}

impl Spool {
    /// Looks at every file of a queue.
    pub(crate) fn survey(&self, queue: Queue) -> Survey {
        let mut survey = Survey::default();
        let mut files: Vec<String> = match self.named(queue, |_| true) {
            Ok(segments) => segments.into_iter().map(|segment| segment.name).collect(),
            Err(_) => Vec::new(),
        };
        files.push(queue.file().to_owned());
        if matches!(queue, Queue::Usage | Queue::Local) {
            files.push(queue.table().to_owned());
            files.push(queue.presence().to_owned());
        }
        for name in files {
            let path = self.directory.join(&name);
            let found = match name.rsplit_once('.') {
                Some((_, "sums")) => survey.table(&path),
                Some((_, "active")) => survey.presence(&path, queue),
                _ => survey.lines(&path, queue),
            };
            match found {
                Ok(0) => {}
                Ok(1) => survey.damage.push((name, "1 record that cannot be read".to_owned())),
                Ok(damaged) => survey.damage.push((name, format!("{damaged} records that cannot be read"))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    survey.damage.push((name, "is no table of sums".to_owned()));
                }
                Err(error) => survey.damage.push((name, format!("cannot be read: {error}"))),
            }
        }
        survey
    }

    /// What is damaged of the spool's other files: their names, and what was found.
    pub(crate) fn survey_notes(&self) -> Vec<(String, String)> {
        let mut damage = Vec::new();
        let mut check = |name: &str, is_sound: fn(&str) -> bool, otherwise: &str| match regular_file::read(
            &self.directory.join(name),
            MAX_NOTE_BYTES,
        ) {
            Ok(bytes) if str::from_utf8(&bytes).is_ok_and(is_sound) => {}
            Ok(_) => damage.push((name.to_owned(), otherwise.to_owned())),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => damage.push((name.to_owned(), format!("cannot be read: {error}"))),
        };
        check(bounds::DROPPED, |text| text.trim().parse::<u64>().is_ok(), "is no number; it counts as 0");
        check(
            consent::FILE,
            |text| Agreement::decode(text).is_some(),
            "names no level; what waited before is not sent",
        );
        check(tables::DAMAGED, |_| false, "is what was left of a damaged table of sums; its counts are lost");
        damage
    }
}

impl Survey {
    fn lines(&mut self, path: &Path, queue: Queue) -> io::Result<u64> {
        let lines = Lines::of(&regular_file::read(path, MAX_FILE_BYTES)?, queue.beginning());
        self.records += lines.items.iter().map(|item| count(item)).sum::<u64>();
        self.items.extend(lines.items);
        Ok(lines.damaged)
    }

    fn presence(&mut self, path: &Path, queue: Queue) -> io::Result<u64> {
        let file = PresenceFile::read(path, queue.beginning())?;
        let is_damaged = path.exists() && file.is_damaged();
        self.records += file.waiting.len() as u64;
        self.items.extend(file.waiting);
        Ok(u64::from(is_damaged))
    }

    fn table(&mut self, path: &Path) -> io::Result<u64> {
        let file = TableFile::open(path)?;
        let entries = file.table().and_then(|table| table.peek()).map_err(|_| io::ErrorKind::InvalidData)?;
        let (records, damaged) = sums::tally(&entries);
        self.records += records;
        Ok(damaged)
    }
}
