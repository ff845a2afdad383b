//! A day that is counted, and its record, in one step; and the record's way to the others.

use std::{fs, io};

use super::{LOCK, Queue, Spool, segments::Form};
use crate::{
    presence::{PresenceFile, Seen, is_marked, mark},
    state::Lock,
};

impl Spool {
    /// Counts a day and leaves its records, unless the day was counted: then this is one system call. Returns whether that
    /// is settled; not when another process is at work on the spool.
    ///
    /// # Errors
    /// When the file cannot be read or written; then the day is not counted.
    pub(crate) fn see(&self, queue: Queue, day: i32, items: impl FnOnce(Seen) -> Vec<String>) -> io::Result<bool> {
        let name = queue.presence();
        let path = self.directory.join(name);
        if is_marked(&path, day) {
            return Ok(true);
        }
        let Some(_lock) = Lock::try_take(&self.directory, LOCK)? else { return Ok(false) };
        let mut file = PresenceFile::read(&path, queue.beginning())?;
        if let Some((history, seen)) = file.history().see(day) {
            let items = items(seen);
            if items.is_empty() {
                return Ok(true);
            }
            let lost = file.add(&history, items);
            if queue.is_sent() {
                self.count_dropped(lost)?;
            }
        }
        // The one step: the day and its records are there, or neither is.
        file.write(&self.directory, name, mark(day))?;
        Ok(true)
    }

    /// Moves the records of counted days into a segment of their own, so that they go out in a request of their own. A
    /// process that dies in between leaves them in both places, and nothing is sent before the next one has found that.
    /// The caller holds the spool's lock.
    pub(crate) fn close_presence(&self, queue: Queue) -> io::Result<()> {
        let name = queue.presence();
        let path = self.directory.join(name);
        // What cannot be read, such as a directory of that name, holds nothing that could be sent.
        let mut file = PresenceFile::read(&path, queue.beginning()).unwrap_or_default();
        if file.waiting.is_empty() {
            return Ok(());
        }
        let modified = path.metadata()?.modified()?;
        let mut items = std::mem::take(&mut file.waiting);
        for segment in self.segments(queue)? {
            let moved = self.read(&segment, queue)?.items;
            items.retain(|item| !moved.contains(item));
        }
        if !items.is_empty() {
            let segment = self.next_name(queue, Form::Lines)?;
            self.write_items(&segment, &items)?;
        }
        file.write(&self.directory, name, Some(modified))
    }

    /// Forgets which days were counted: the next run is that of another installation.
    ///
    /// # Errors
    /// When the files cannot be removed.
    pub(crate) fn forget_days(&self) -> io::Result<()> {
        if !self.directory.is_dir() {
            return Ok(());
        }
        let _lock = Lock::take(&self.directory, LOCK)?;
        for queue in [Queue::Usage, Queue::Local] {
            match fs::remove_file(self.directory.join(queue.presence())) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use std::fs;

    use super::*;
    use crate::{
        consent::Level,
        identity::Identity,
        presence::History,
        spool::{Agreement, Limits},
    };

    const DAY: i32 = 20_779;

    fn spool() -> (tempfile::TempDir, Spool) {
        let directory = tempfile::tempdir().unwrap();
        let spool = Spool::new(directory.path().join("tool"), Limits::default()).counting(Some(Spool::close_presence));
        (directory, spool)
    }

    fn item(id: &str) -> String {
        format!(r#"{{"type":"track","messageId":"{id}","timestamp":"2026-11-22T00:00:00.000Z"}}"#)
    }

    fn see(spool: &Spool, day: i32, id: &str) -> bool {
        spool.see(Queue::Usage, day, |_| vec![item(id)]).unwrap()
    }

    fn claimed(spool: &Spool, queue: Queue) -> Vec<Vec<String>> {
        let segments = spool.claim(queue, &Identity::none()).unwrap();
        segments.iter().map(|segment| spool.read(segment, queue).unwrap().items).collect()
    }

    #[test]
    fn a_day_is_counted_once_and_its_record_goes_out_in_a_request_of_its_own() {
        let (_directory, spool) = spool();
        assert!(see(&spool, DAY, "a") && see(&spool, DAY, "b"));
        spool.append(Queue::Usage, &item("usage")).unwrap();
        assert_eq!(claimed(&spool, Queue::Usage), [vec![item("a")], vec![item("usage")]]);
        assert!(see(&spool, DAY, "c") && see(&spool, DAY + 1, "d"));
        assert_eq!(claimed(&spool, Queue::Usage), [vec![item("a")], vec![item("usage")], vec![item("d")]]);
    }

    #[test]
    fn the_file_alone_says_what_was_counted_where_its_time_is_lost() {
        let (_directory, spool) = spool();
        see(&spool, DAY, "a");
        let path = spool.directory().join("usage.active");
        assert!(is_marked(&path, DAY) && !is_marked(&path, DAY + 1));
        fs::File::options().append(true).open(&path).unwrap().set_modified(mark(DAY + 9).unwrap()).unwrap();
        assert!(!is_marked(&path, DAY));
        assert!(see(&spool, DAY, "b"));
        assert!(is_marked(&path, DAY), "the next run asks for the time alone again");
        assert_eq!(claimed(&spool, Queue::Usage), [[item("a")]]);
    }

    #[test]
    fn a_day_without_a_record_is_not_counted() {
        let (_directory, spool) = spool();
        assert!(spool.see(Queue::Usage, DAY, |_| Vec::new()).unwrap(), "and nobody tries again in this run");
        assert!(!spool.directory().join("usage.active").exists());
        see(&spool, DAY, "a");
        assert_eq!(claimed(&spool, Queue::Usage), [[item("a")]]);
    }

    #[test]
    fn who_dies_on_the_way_neither_loses_a_record_nor_repeats_one() {
        let (_directory, spool) = spool();
        see(&spool, DAY, "a");
        let (directory, path) = (spool.directory(), spool.directory().join("usage.active"));
        let before = fs::read(&path).unwrap();
        // While the record of the next day is put there, at any byte.
        for cut in 0..before.len() {
            fs::write(directory.join(".usage.active.1"), &before[..cut]).unwrap();
            assert_eq!(PresenceFile::read(&path, Queue::Usage.beginning()).unwrap().waiting, [item("a")]);
        }
        see(&spool, DAY + 1, "b");
        // Between the segment and the file: both hold the record.
        let both = fs::read(&path).unwrap();
        assert_eq!(claimed(&spool, Queue::Usage), [[item("a"), item("b")]]);
        fs::write(&path, &both).unwrap();
        see(&spool, DAY + 2, "c");
        assert_eq!(claimed(&spool, Queue::Usage), [vec![item("a"), item("b")], vec![item("c")]]);
    }

    #[test]
    fn a_record_that_may_not_be_sent_any_more_stays_and_its_day_is_counted_still() {
        let (_directory, spool) = spool();
        let of = |level| Agreement { level, since: None };
        assert!(spool.agree(of(Level::Stats)));
        see(&spool, DAY, "a");
        assert!(spool.agree(of(Level::Errors)));
        assert_eq!(claimed(&spool, Queue::Usage), [[""; 0]; 0]);
        assert_eq!(claimed(&spool, Queue::Local), [[item("a")]]);
        assert!(see(&spool, DAY, "b"));
        assert_eq!(claimed(&spool, Queue::Usage), [[""; 0]; 0]);
    }

    #[test]
    fn what_is_only_recorded_has_a_history_of_its_own() {
        let (_directory, spool) = spool();
        spool.see(Queue::Local, DAY, |_| vec![item("local")]).unwrap();
        see(&spool, DAY, "sent");
        assert_eq!(claimed(&spool, Queue::Usage), [[item("sent")]], "the first that is sent is the first");
        assert_eq!(claimed(&spool, Queue::Local), [[item("local")]]);
    }

    #[test]
    fn a_copied_home_is_counted_where_it_goes_on_and_not_again_for_what_was() {
        let (_directory, original) = spool();
        see(&original, DAY, "a");
        let (_other, copy) = spool();
        fs::create_dir_all(copy.directory()).unwrap();
        fs::copy(original.directory().join("usage.active"), copy.directory().join("usage.active")).unwrap();
        assert!(see(&copy, DAY, "b"));
        assert_eq!(claimed(&copy, Queue::Usage), claimed(&original, Queue::Usage), "one message id: counted once");
        let said = |spool: &Spool, id: &str| {
            let mut said = None;
            spool
                .see(Queue::Usage, DAY + 7, |seen| {
                    said = Some(seen.flags);
                    vec![item(id)]
                })
                .unwrap();
            said.unwrap()
        };
        let (of_original, of_copy) = (said(&original, "c"), said(&copy, "d"));
        assert_eq!(of_original, of_copy);
        assert_eq!((of_copy.first_of_week, of_copy.weeks), (true, 1), "each is an installation of its own from now on");
    }

    #[test]
    fn what_somebody_else_wrote_there_is_an_empty_history_and_is_told() {
        let (_directory, spool) = spool();
        see(&spool, DAY, "a");
        let path = spool.directory().join("usage.active");
        fs::write(&path, "hello").unwrap();
        let survey = spool.survey(Queue::Usage);
        assert_eq!((survey.records, survey.damage.len()), (0, 1));
        see(&spool, DAY, "b");
        let file = PresenceFile::read(&path, Queue::Usage.beginning()).unwrap();
        assert_eq!((file.history(), file.waiting), (History::default().see(DAY).unwrap().0, vec![item("b")]));
        assert_eq!(spool.survey(Queue::Usage).records, 1);
    }

    #[test]
    fn a_user_who_wants_to_be_another_installation_is_one() {
        let (_directory, spool) = spool();
        see(&spool, DAY, "a");
        spool.clear(&[Queue::Usage]).unwrap();
        see(&spool, DAY, "b");
        assert_eq!(claimed(&spool, Queue::Usage), [[""; 0]; 0], "what is cleared is gone, and the day was counted");
        spool.forget_days().unwrap();
        see(&spool, DAY, "c");
        assert_eq!(claimed(&spool, Queue::Usage), [[item("c")]]);
    }

    #[test]
    fn where_nothing_is_sent_for_long_the_oldest_go_and_are_missed() {
        let (_directory, spool) = spool();
        for day in 0..50 {
            assert!(see(&spool, DAY + day, &day.to_string()));
        }
        assert_eq!((claimed(&spool, Queue::Usage)[0].len(), spool.dropped()), (40, 10));
    }
}
