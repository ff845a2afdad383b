#![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

use std::{
    collections::HashSet,
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use super::{survey::Survey, *};
use crate::{consent::Level, identity::Identity, sums::Sums};

fn item(id: &str) -> String {
    format!(r#"{{"type":"track","messageId":"{id}","timestamp":"2026-11-22T01:00:00.000Z"}}"#)
}

fn spool(limits: Limits) -> (tempfile::TempDir, Spool) {
    let directory = tempfile::tempdir().unwrap();
    let spool = Spool::new(directory.path().join("tool"), limits);
    (directory, spool)
}

fn bytes_on_disk(spool: &Spool, queue: Queue) -> u64 {
    let segments: u64 =
        spool.segments(queue).unwrap().iter().map(|segment| fs::metadata(segment.path(spool)).unwrap().len()).sum();
    segments + fs::metadata(spool.directory().join(queue.file())).map_or(0, |metadata| metadata.len())
}

fn claim(spool: &Spool) -> Vec<Segment> {
    spool.claim(Queue::Usage, &Identity::none()).unwrap()
}

fn read_all(spool: &Spool) -> Vec<String> {
    claim(spool).iter().flat_map(|segment| spool.read(segment, Queue::Usage).unwrap().items).collect()
}

#[test]
fn every_line_is_the_item_as_it_is() {
    let (_directory, spool) = spool(Limits::default());
    spool.append(Queue::Usage, &item("a")).unwrap();
    spool.append(Queue::Usage, &item("b")).unwrap();
    let text = fs::read_to_string(spool.directory().join("usage.jsonl")).unwrap();
    assert_eq!(text, format!("{}\n{}\n", item("a"), item("b")));
}

#[test]
fn files_are_readable_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_directory, spool) = spool(Limits::default());
    spool.append(Queue::Usage, &item("a")).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o077;
    assert_eq!((mode(spool.directory()), mode(&spool.directory().join("usage.jsonl"))), (0, 0));
}

#[test]
fn no_record_falls_between_a_writer_and_a_reader_that_takes_the_file_away() {
    let (_directory, spool) = spool(Limits::default());
    let is_done = AtomicBool::new(false);
    let mut taken = Vec::new();
    thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let spool = &spool;
                scope.spawn(move || {
                    for number in 0..500 {
                        spool.append(Queue::Usage, &item(&format!("{writer}-{number}"))).unwrap();
                    }
                })
            })
            .collect();
        let reader = scope.spawn(|| {
            let mut taken = Vec::new();
            while !is_done.load(Ordering::SeqCst) {
                for segment in claim(&spool) {
                    taken.extend(spool.read(&segment, Queue::Usage).unwrap().items);
                    spool.keep(&segment, &[]).unwrap();
                }
            }
            taken
        });
        for writer in writers {
            writer.join().unwrap();
        }
        is_done.store(true, Ordering::SeqCst);
        taken = reader.join().unwrap();
    });
    taken.extend(read_all(&spool));
    assert_eq!(taken.len(), 2000);
    assert_eq!(taken.iter().collect::<HashSet<_>>().len(), 2000);
}

#[test]
fn the_spool_is_bounded_and_the_oldest_go_first_and_are_counted() {
    let limits = Limits { max_bytes: 8000, max_age_days: 30 };
    let (_directory, spool) = spool(limits);
    for number in 0..1000 {
        spool.append(Queue::Usage, &item(&format!("{number:04}"))).unwrap();
        assert!(bytes_on_disk(&spool, Queue::Usage) <= limits.max_bytes + 100);
    }
    let dropped = spool.dropped();
    let items = read_all(&spool);
    assert_eq!(items.len() as u64 + dropped, 1000);
    assert_eq!(items[0], item(&format!("{dropped:04}")), "the oldest that is left follows the last that was dropped");
    assert_eq!(items.last(), Some(&item("0999")));
}

#[test]
fn the_number_of_lost_records_becomes_a_record_once() {
    let (_directory, spool) = spool(Limits::default());
    spool.append(Queue::Usage, &item("a")).unwrap();
    spool.give_up(3);
    spool.give_up(4);
    spool.report_dropped(|lost| Some(item(&format!("lost {lost}")))).unwrap();
    assert_eq!(read_all(&spool), [item("a"), item("lost 7")]);
    assert_eq!(spool.dropped(), 0);
    spool.report_dropped(|_| unreachable!("nothing was lost since")).unwrap();
}

#[test]
fn what_was_sent_leaves_the_disk_and_what_was_not_stays() {
    let (_directory, spool) = spool(Limits::default());
    for id in ["a", "b", "c"] {
        spool.append(Queue::Usage, &item(id)).unwrap();
    }
    let segments = claim(&spool);
    spool.keep(&segments[0], &[item("c")]).unwrap();
    assert_eq!(read_all(&spool), [item("c")]);
    spool.keep(&segments[0], &[]).unwrap();
    assert_eq!(claim(&spool), []);
}

#[test]
fn consent_that_comes_later_does_not_reach_back() {
    let (_directory, spool) = spool(Limits::default());
    let agreement = |since: &str| Agreement { level: Level::Stats, since: candor_wire::Timestamp::parse(since).ok() };
    assert!(spool.agree(agreement("2026-11-01T00:00:00Z")));
    spool.append(Queue::Usage, &item("before")).unwrap();
    assert!(spool.agree(agreement("2026-11-01T00:00:00Z")), "the same choice");
    assert!(spool.agree(agreement("2026-11-22T00:00:00Z")), "off meanwhile, and on again");
    spool.append(Queue::Usage, &item("after")).unwrap();
    assert_eq!(read_all(&spool), [item("after")]);
    let local = spool.segments(Queue::Local).unwrap();
    assert_eq!(
        spool.read(&local[0], Queue::Local).unwrap().items,
        [item("before")],
        "it is still there to be looked at"
    );
}

#[test]
fn a_lower_level_holds_back_what_was_recorded_at_a_higher_one() {
    let (_directory, spool) = spool(Limits::default());
    assert!(spool.agree(Agreement { level: Level::Stats, since: None }));
    spool.append(Queue::Usage, &item("usage")).unwrap();
    assert!(spool.agree(Agreement { level: Level::Errors, since: None }));
    assert_eq!(read_all(&spool), Vec::<String>::new());
    assert!(spool.agree(Agreement { level: Level::Stats, since: None }));
    assert_eq!(read_all(&spool), Vec::<String>::new(), "raising it again does not bring it back");
}

#[test]
fn a_place_where_nothing_can_be_written_is_an_error_and_no_panic() {
    let spool = Spool::new("/proc/no/such/place".into(), Limits::default());
    assert!(spool.append(Queue::Usage, &item("a")).is_err());
    assert!(!spool.agree(Agreement { level: Level::Stats, since: None }));
}

#[test]
fn a_look_counts_what_is_there_says_what_is_damaged_and_changes_nothing() {
    let (_directory, spool) = spool(Limits::default());
    assert_eq!(spool.survey(Queue::Usage), Survey::default());
    spool.append(Queue::Usage, &item("a")).unwrap();
    claim(&spool);
    spool.append(Queue::Usage, &item("b")).unwrap();
    let names = || {
        let mut names: Vec<_> =
            fs::read_dir(spool.directory()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    fs::write(spool.directory().join("usage.000009.jsonl"), &item("torn")[..20]).unwrap();
    fs::write(spool.directory().join("usage.sums"), "another tool's file").unwrap();
    fs::create_dir(spool.directory().join("local.jsonl")).unwrap();
    fs::write(spool.directory().join("dropped"), "many").unwrap();
    fs::write(spool.directory().join("agreed"), "loud").unwrap();
    let before = names();
    let survey = spool.survey(Queue::Usage);
    assert_eq!((survey.records, survey.items), (2, vec![item("a"), item("b")]));
    let damaged: Vec<&str> = survey.damage.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(damaged, ["usage.000009.jsonl", "usage.sums"]);
    assert_eq!(survey.damage[0].1, "1 record that cannot be read");
    assert!(spool.survey(Queue::Local).damage[0].1.starts_with("cannot be read"));
    assert_eq!(spool.survey_notes().len(), 2, "dropped, agreed");
    assert_eq!(names(), before);
}

#[test]
fn clearing_removes_what_waits_and_what_is_recorded_meanwhile_is_kept() {
    let (_directory, spool) = spool(Limits::default());
    assert_eq!(spool.clear(&Queue::ALL).unwrap(), 0);
    for queue in [Queue::Usage, Queue::Local] {
        spool.append(queue, &item("a")).unwrap();
    }
    spool.append(Queue::Crashes, r#"{"event_id":"0"}"#).unwrap();
    spool.give_up(3);
    let sums = Sums::new(spool.directory(), Queue::Usage.table(), 0);
    let queries = candor_wire::Record::new(candor_wire::Kind::Count, "queries", candor_wire::Timestamp::from_micros(0));
    let count = || sums.add(&queries, &candor_wire::Environment::default(), None, &QueueOf(&spool, Queue::Usage));
    assert!(count() && count());
    assert_eq!(spool.survey(Queue::Usage).records, 3);
    assert_eq!(spool.clear(&[Queue::Usage, Queue::Crashes]).unwrap(), 4);
    assert_eq!((spool.survey(Queue::Usage), spool.dropped()), (Survey::default(), 0));
    assert_eq!(spool.survey(Queue::Local).records, 1);
    assert!(count(), "the table that was counted in is gone, and there is another");
    assert_eq!(spool.survey(Queue::Usage).records, 1);
    assert_eq!(spool.clear(&Queue::ALL).unwrap(), 2);
    let left: Vec<_> = fs::read_dir(spool.directory()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["spool.lock"]);
}
