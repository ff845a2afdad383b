//! What is under way, so that an operation whose process is killed, or leaves by `exit`, is not lost.
//!
//! ```text
//! word 0    the process, times 2^32, plus the low 32 bits of the second in which it began; 0 when free
//! word 1    the cell of the record that is counted if it never ends, times 2^32, plus the low 32 bits of the number of
//!           the process's namespace
//! ```

use std::{
    path::Path,
    sync::atomic::{
        AtomicU64,
        Ordering::{AcqRel, Acquire, Relaxed, Release},
    },
};

use super::table::Cell;
use crate::{clock, regular_file};

/// More operations at once than this are not watched.
pub(super) const SLOTS: usize = 32;

/// Words of a slot.
pub(super) const WORDS: usize = 2;

/// Marks a slot whose process is gone and whose operation is counted.
const COUNTED: u64 = u64::MAX;

/// A slot that was taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    number: usize,
    owner: u64,
}

/// The slots of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Running<'a>(pub(super) &'a [AtomicU64]);

impl Running<'_> {
    /// Takes a slot; none is free where very much is under way.
    pub(super) fn begin(self, cell: Cell) -> Option<Slot> {
        let owner = u64::from(std::process::id()) << 32 | u64::from(clock::seconds_coarse() as u32);
        let number = self.0.chunks(WORDS).position(|slot| {
            slot[0].load(Relaxed) == 0 && slot[0].compare_exchange(0, owner, AcqRel, Relaxed).is_ok()
        })?;
        let what = u64::from(cell.number()) << 32 | u64::from(namespace());
        self.0[number * WORDS + 1].store(what, Release);
        Some(Slot { number, owner })
    }

    /// Gives the slot back. Returns false when somebody else has: its operation is counted, as what it became in another
    /// process that it was under way in, or as one that never ended.
    pub(super) fn end(self, slot: Slot) -> bool {
        let words = &self.0[slot.number * WORDS..];
        words[1].store(0, Relaxed);
        words[0].compare_exchange(slot.owner, 0, AcqRel, Relaxed).is_ok()
    }

    /// The cells of what never ended, because its process is gone. Again and again if need be.
    pub(super) fn left_behind(self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for slot in self.0.chunks_exact(WORDS) {
            cells.extend(left_behind(&slot[0], &slot[1]));
        }
        cells
    }
}

fn left_behind(owner: &AtomicU64, what: &AtomicU64) -> Option<Cell> {
    let (owned, what) = (owner.load(Acquire), what.load(Acquire));
    let cell = Cell::from_number((what >> 32) as u32)?;
    if owned == COUNTED {
        return Some(cell);
    }
    // Of a process elsewhere nobody here can say whether it is alive.
    let is_ours = what as u32 == namespace();
    let is_gone = owned != 0 && is_ours && !is_alive((owned >> 32) as u32, owned as u32);
    (is_gone && owner.compare_exchange(owned, COUNTED, AcqRel, Relaxed).is_ok()).then_some(cell)
}

/// Whether the process that had this number in this second still runs.
pub(crate) fn is_alive(process: u32, second: u32) -> bool {
    let Some(pid) = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw) else { return false };
    if rustix::process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH) {
        return false;
    }
    // Another one may have the number by now, or it has ended and nobody has asked how.
    started_at(process).is_none_or(|started| started.is_some_and(|started| started <= i64::from(second) + 1))
}

/// The second since 1970 in which a process was started, or `Some(None)` when it has ended.
#[cfg(target_os = "linux")]
fn started_at(process: u32) -> Option<Option<i64>> {
    const TICKS_A_SECOND: i64 = 100;
    /// The second of these files has a line for each processor.
    const MAX_BYTES: u64 = 1024 * 1024;
    let read = |path: &str| regular_file::read_text(Path::new(path), MAX_BYTES).ok();
    let stat = read(&format!("/proc/{process}/stat"))?;
    // Behind the name, which may hold anything, the state is the first field, and the start the twentieth.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    if matches!(fields.next()?, "Z" | "X") {
        return Some(None);
    }
    let ticks: i64 = fields.nth(18)?.parse().ok()?;
    let boot: i64 = read("/proc/stat")?.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    Some(Some(boot + ticks / TICKS_A_SECOND))
}

#[cfg(not(target_os = "linux"))]
fn started_at(_process: u32) -> Option<Option<i64>> {
    None
}

/// The low bits of the number of the namespace in which process numbers count; 0 where there is none.
fn namespace() -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    // Not a `OnceLock`, which a process that forks may leave half done. Who finds nothing here looks once more.
    static NAMESPACE: AtomicU64 = AtomicU64::new(UNKNOWN);
    const UNKNOWN: u64 = u64::MAX;
    let mut namespace = NAMESPACE.load(Relaxed);
    if namespace == UNKNOWN {
        namespace = std::fs::metadata("/proc/self/ns/pid").map_or(0, |metadata| u64::from(metadata.ino() as u32));
        NAMESPACE.store(namespace, Relaxed);
    }
    namespace as u32
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

    use super::*;

    fn words() -> Vec<AtomicU64> {
        (0..SLOTS * WORDS).map(|_| AtomicU64::new(0)).collect()
    }

    fn cell() -> Cell {
        Cell::from_number(700).unwrap()
    }

    #[test]
    fn what_ends_leaves_nothing_behind() {
        let words = words();
        let running = Running(&words);
        let slots: Vec<Slot> = (0..SLOTS).map(|_| running.begin(cell()).unwrap()).collect();
        assert!(running.begin(cell()).is_none(), "every slot is taken");
        assert_eq!(running.left_behind(), [], "this process is alive");
        assert!(slots.into_iter().all(|slot| running.end(slot)));
        assert!(words.iter().all(|word| word.load(Relaxed) == 0));
    }

    #[test]
    fn what_a_dead_process_began_is_counted_once_however_often_it_is_asked_for() {
        let words = words();
        let running = Running(&words);
        let slot = running.begin(cell()).unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let which = WaitId::Pid(Pid::from_raw(child.id().cast_signed()).unwrap());
        waitid(which, WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).unwrap();
        words[0].store(u64::from(child.id()) << 32 | slot.owner & 0xffff_ffff, Relaxed);
        assert_eq!(running.left_behind(), [cell()], "it has ended, and nobody has asked how");
        child.wait().unwrap();
        assert_eq!(running.left_behind(), [cell()]);
        assert!(!running.end(slot), "it came back, and finds itself counted");
    }

    #[test]
    fn a_process_number_that_somebody_else_has_by_now_is_not_the_process() {
        let words = words();
        let running = Running(&words);
        let slot = running.begin(cell()).unwrap();
        let long_ago = slot.owner & !0xffff_ffff | 1_000_000_000;
        words[0].store(long_ago, Relaxed);
        assert_eq!(running.left_behind(), [cell()]);
    }
}
