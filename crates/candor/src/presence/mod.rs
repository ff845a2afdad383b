//! That the tool is in use: one record on the first occasion of a day, by itself, which says nothing of who uses it.
//!
//! docs/counting.md says how people are counted by these records, and what cannot be told from them.

mod file;
mod history;
mod host;

use std::path::Path;

use candor_privacy::sketch::{self, Cell, Period};
use candor_wire::{
    Environment, Kind, Record, Timestamp,
    active::{self, Active, Sketch, Span},
    segment::Item,
};

pub(crate) use self::file::{PresenceFile, is_marked, mark};
use self::history::periods;
pub use self::history::{History, Seen};
use crate::{
    declared::Declaration,
    item, random,
    spool::{Queue, Spool},
};

/// What is needed to count a day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion<'a> {
    pub(crate) declaration: &'a Declaration,
    pub(crate) spool: &'a Spool,
    pub(crate) queue: Queue,
    pub(crate) environment: &'a Environment,
    /// Days since 1970-01-01, UTC.
    pub(crate) day: i32,
    /// A sketch has 2^bits cells.
    pub(crate) sketch_bits: u8,
}

/// Counts the day, unless it has been counted. Returns whether there is nothing left to do on this day: where a record
/// cannot be left, nobody tries again and again.
pub(crate) fn count(occasion: &Occasion<'_>) -> bool {
    // A clock that was never set says when the system was made.
    if built_on(occasion.declaration).is_some_and(|built| occasion.day < built) {
        return true;
    }
    let items = |seen| records_of(occasion, seen, Path::new("/")).into_iter().map(encode).collect::<Option<Vec<_>>>();
    occasion.spool.see(occasion.queue, occasion.day, |seen| items(seen).unwrap_or_default()).unwrap_or(true)
}

fn built_on(declaration: &Declaration) -> Option<i32> {
    Timestamp::parse(&format!("{}T00:00:00Z", declaration.release.built?)).ok().map(Timestamp::day)
}

/// The records of a day: one, or where the machine keeps no state one for each period that begins. None where such a machine
/// shows no id.
fn records_of(occasion: &Occasion<'_>, seen: Seen, root: &Path) -> Vec<Record> {
    let environment = occasion.environment;
    let is_container = environment.container == Some(true);
    let keeps_state = !is_container && environment.ci.as_deref() == Some("none");
    let said = if keeps_state {
        vec![Active::Flags(seen.flags)]
    } else {
        let host = host::id(root, is_container);
        host.map_or_else(Vec::new, |host| cells(occasion.declaration.application, seen, &host, occasion.sketch_bits))
    };
    let record = |active: Active| {
        let Environment { version, os, arch, ci, .. } = environment.clone();
        Record {
            environment: Environment { version, os, arch, ci, ..Environment::default() }.into(),
            attributes: active.attributes(),
            ..Record::new(Kind::Active, active::NAME, Timestamp::of_day(seen.day))
        }
    };
    said.into_iter().map(record).collect()
}

/// The cells of the periods that begin for this machine, as far as it knows.
fn cells(application: &str, seen: Seen, host: &[u8], bits: u8) -> Vec<Active> {
    let [week, month] = periods(seen.day);
    let periods = [
        (Span::Day, Period::Day(seen.day), true),
        (Span::Week, Period::Week(week), seen.flags.first_of_week),
        (Span::Month, Period::Month(month), seen.flags.first_of_month),
    ];
    let begun = periods.into_iter().filter(|(.., begins)| *begins);
    let sketch = |(span, period, _)| {
        let Cell { cell, rank } = sketch::cell(application, period, host, bits);
        Active::Sketch(Sketch { bits, span, cell, rank })
    };
    begun.map(sketch).collect()
}

/// The record as one line, under an id of its own: whatever links other records does not link this one.
fn encode(record: Record) -> Option<String> {
    let (message_id, parts, durations) = (random::uuid()?, Vec::new(), Vec::new());
    item::within_bounds(Item { message_id, anonymous_id: None, user_id: None, sdk: None, record, parts, durations })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use std::fs;

    use super::*;
    use crate::{declared::Release, environment, spool::Limits, tool_file, variables::of};

    const RELEASE: Release =
        Release { version: "1.4.0", commit: Some("5f0c9e1"), built: Some("2026-11-20"), channel: None };

    /// What is recorded on a machine with an id, with these in its environment.
    fn recorded(container: bool, ci: &str, seen: Seen) -> Vec<Record> {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("etc")).unwrap();
        fs::write(root.path().join("etc/machine-id"), "0123456789abcdef0123456789abcdef\n").unwrap();
        let mut environment = environment::observe(&RELEASE, &of(&[]));
        (environment.container, environment.ci) = (Some(container), Some(ci.to_owned()));
        environment.database = Some("00c0ffee00c0ffee".to_owned());
        let declaration = Declaration { release: RELEASE, ..tool_file::named("tool") };
        let spool = Spool::new(root.path().join("state"), Limits::default());
        let (declaration, spool, queue, environment, day) =
            (&declaration, &spool, Queue::Usage, &environment, seen.day);
        records_of(&Occasion { declaration, spool, queue, environment, day, sketch_bits: 6 }, seen, root.path())
    }

    fn first() -> Seen {
        History::default().see(20_779).unwrap().1
    }

    #[test]
    fn a_machine_that_keeps_its_state_says_flags_and_nothing_else_about_itself() {
        let [mut record] = <[Record; 1]>::try_from(recorded(false, "none", first())).unwrap();
        assert_eq!(Active::of(&record.attributes), Some(Active::Flags(first().flags)));
        let before = record.clone();
        assert_eq!(active::hold(&mut record), Some(Vec::new()), "the collector has nothing to take out");
        assert_eq!(record, before);
        let item = encode(record).unwrap();
        for word in ["5f0c9e1", "2026-11-20", "c0ffee", "library", "container", "interactive", "agent", "channel"] {
            assert!(!item.contains(word), "{word}: {item}");
        }
        assert!(item.contains(r#""anonymousId":"anonymous""#) && item.contains("T00:00:00.000Z"), "{item}");
    }

    #[test]
    fn ci_is_counted_by_a_sketch_of_the_periods_that_are_new_to_it() {
        let sketches = |seen| -> Vec<Sketch> {
            let records = recorded(false, "github_actions", seen);
            assert!(!format!("{records:?}").contains("0123456789abcdef"));
            let said = records.iter().filter_map(|record| Active::of(&record.attributes));
            said.filter_map(|said| if let Active::Sketch(sketch) = said { Some(sketch) } else { None }).collect()
        };
        let all = sketches(first());
        assert_eq!(
            all.iter().map(|sketch| (sketch.bits, sketch.span)).collect::<Vec<_>>(),
            Span::ALL.map(|span| (6, span))
        );
        let again = sketches(History::default().see(20_779).unwrap().0.see(20_780).unwrap().1);
        assert_eq!(again.iter().map(|sketch| sketch.span).collect::<Vec<_>>(), [Span::Day, Span::Week]);
        assert_ne!(again[0], all[0], "it kept its directory, and another day has other cells");
    }

    #[test]
    fn a_container_that_does_not_see_what_it_runs_on_is_not_counted() {
        assert_eq!(recorded(true, "none", first()), [], "its own machine-id is that of its image");
    }

    #[test]
    fn a_clock_from_before_the_release_counts_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let declaration = Declaration { release: RELEASE, ..tool_file::named("tool") };
        let spool = Spool::new(directory.path().join("tool"), Limits::default());
        let environment = &Environment { ci: Some("none".to_owned()), ..Environment::default() };
        let occasion = Occasion {
            declaration: &declaration,
            spool: &spool,
            queue: Queue::Usage,
            environment,
            day: 0,
            sketch_bits: 6,
        };
        assert!(count(&occasion) && !spool.directory().exists());
        assert!(count(&Occasion { day: 20_777, ..occasion }) && spool.directory().join("usage.active").exists());
    }
}
