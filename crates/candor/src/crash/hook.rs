//! The hook by which the SDK hears of panics.

use std::{
    backtrace::Backtrace,
    cell::Cell,
    panic::{self, PanicHookInfo},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{
            AtomicBool,
            Ordering::{AcqRel, Acquire},
        },
    },
    thread,
    time::Duration,
};

use super::{Panic, Stack};
use crate::{active::Active, background, declared::Crash, record::lock};

/// Names take 10 ms of a usual tool, and 300 ms of one of 300 MB, or where a machine has the debug files of its libraries.
/// What takes longer hangs, and the tool does not wait for it.
const PATIENCE: Duration = Duration::from_secs(1);

thread_local! {
    /// Whether this thread makes a report. If it panics too, nobody is to hear of it.
    static REPORTS: Cell<bool> = const { Cell::new(false) };
}

/// Reports the panics of this process for as long as the run is alive. The hook that was there runs after it, always.
pub(crate) fn install(active: &Arc<Active>, crash: &'static Crash) {
    // A thread that is panicking cannot change hooks; it would panic.
    if thread::panicking() {
        return;
    }
    let active = Arc::downgrade(active);
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if REPORTS.try_with(Cell::get).unwrap_or(false) {
            return;
        }
        if let Some(active) = active.upgrade() {
            report(&active, crash, info);
        }
        before(info);
    }));
}

fn report(active: &Arc<Active>, crash: &Crash, info: &PanicHookInfo<'_>) {
    let Some(panic) = Panic::of(info, crash.messages) else { return };
    if !info.location().is_some_and(|place| active.process().panics.admits(place)) {
        return;
    }
    let operation = active.process().operations.current();
    let backtrace = Backtrace::force_capture();
    let pending = Arc::new(Pending { active: Arc::clone(active), panic, operation, is_taken: AtomicBool::new(false) });
    let (named, application) = (Arc::clone(&pending), active.declaration.application);
    let outcome = apart(Box::new(move || named.write(Stack::of(&backtrace, application))), PATIENCE);
    if outcome == Work::Done && pending.is_taken.load(Acquire) {
        return;
    }
    // It takes too long, or has failed.
    let nameless = Arc::clone(&pending);
    if apart(Box::new(move || nameless.write(Stack::default())), PATIENCE) == Work::Impossible {
        pending.write(Stack::default());
    }
}

/// A panic that is not in the spool yet.
struct Pending {
    active: Arc<Active>,
    panic: Panic,
    operation: Option<&'static str>,
    is_taken: AtomicBool,
}

impl Pending {
    /// Puts the report into the spool, unless somebody else is at it.
    fn write(&self, stack: Stack) {
        if !self.is_taken.swap(true, AcqRel) {
            let stack = stack.at(&self.panic.file, self.panic.line);
            self.active.report_panic(self.panic.exception(), stack, self.operation);
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Work {
    Done,
    Late,
    Impossible,
}

/// Does something on a thread of its own, and waits a while for it. A panic in a hook would end the process, and reading a
/// program's names needs more stack than a thread of the tool may have left; over there neither matters.
fn apart(work: Box<dyn FnOnce() + Send>, patience: Duration) -> Work {
    let end = Arc::new((Mutex::new(false), Condvar::new()));
    let ending = Ending(Arc::clone(&end));
    let noting_the_end = move || {
        let _ending = ending;
        REPORTS.with(|reports| reports.set(true));
        work();
    };
    if background::start(Box::new(noting_the_end)).is_err() {
        return Work::Impossible;
    }
    let (has_ended, ends) = &*end;
    let waited = ends.wait_timeout_while(lock(has_ended), patience, |has_ended| !*has_ended);
    let (has_ended, _) = waited.unwrap_or_else(PoisonError::into_inner);
    if *has_ended { Work::Done } else { Work::Late }
}

/// Says that the work has ended, also when it panicked.
struct Ending(Arc<(Mutex<bool>, Condvar)>);

impl Drop for Ending {
    fn drop(&mut self) {
        *lock(&self.0.0) = true;
        self.0.1.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A busy machine takes its time to start a thread.
    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn what_takes_too_long_is_not_waited_for() {
        let (go_on, waits) = mpsc::channel::<()>();
        let work = move || assert!(waits.recv().is_err(), "until the other end is dropped");
        assert_eq!(apart(Box::new(work), PATIENCE), Work::Late);
        drop(go_on);
    }

    #[test]
    fn work_that_panics_has_ended() {
        assert_eq!(apart(Box::new(|| panic!("as the test wants it")), HOUR), Work::Done);
        assert_eq!(apart(Box::new(|| {}), HOUR), Work::Done);
    }
}
