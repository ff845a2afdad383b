//! A tool may fork while its threads are at anything.
//!
//! The new process has one thread, and a lock that another one held at that moment is held for ever. So a process never waits
//! for a lock of the one that it comes from. It has locks of its own, and begins with a copy of what they protect: of what
//! somebody was at just then there is none, and it begins anew.

#![expect(unsafe_code, reason = "only the C library can say that a process has forked")]

use std::{
    ptr,
    sync::{
        Mutex, MutexGuard,
        atomic::{
            AtomicBool, AtomicPtr, AtomicU32,
            Ordering::{AcqRel, Acquire, Relaxed},
        },
    },
};

use crate::{clock, record::lock, sums::is_alive};

/// How many forks lie between this process and the first one that recorded.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// Makes sure that forks are counted from here on. One that goes around the C library is not.
pub(crate) fn watch() {
    static IS_WATCHED: AtomicBool = AtomicBool::new(false);
    extern "C" fn count() {
        GENERATION.fetch_add(1, Relaxed);
    }
    if !IS_WATCHED.swap(true, Relaxed) {
        // SAFETY: what is called in the child is one atomic step.
        unsafe { libc::pthread_atfork(None, None, Some(count)) };
    }
}

/// The number of this process among those that it comes from.
#[inline]
pub(crate) fn generation() -> u32 {
    GENERATION.load(Relaxed)
}

/// The process in which something began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin {
    generation: u32,
    process: u32,
    second: u32,
}

impl Origin {
    /// This process, now.
    pub(crate) fn here() -> Self {
        Self { generation: generation(), process: std::process::id(), second: clock::seconds_coarse() as u32 }
    }

    /// Whether it is this process.
    pub(crate) fn is_here(self) -> bool {
        self.generation == generation()
    }

    /// Whether it is one that still runs, and that this one comes from: what began there ends there. Where it is gone, as
    /// when a server puts itself into the background, this one has taken its place.
    pub(crate) fn is_elsewhere(self) -> bool {
        !self.is_here() && is_alive(self.process, self.second)
    }
}

/// Something behind a lock, in each process by itself.
#[derive(Debug)]
pub(crate) struct Guarded<T> {
    generation: u32,
    value: Mutex<T>,
    /// That of a process which comes from this one.
    later: AtomicPtr<Self>,
}

impl<T: Clone + Default> Guarded<T> {
    fn new(value: T) -> Self {
        Self { generation: generation(), value: Mutex::new(value), later: AtomicPtr::default() }
    }

    /// Waits for the lock.
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        lock(self.own())
    }

    /// The lock of this process.
    pub(crate) fn own(&self) -> &Mutex<T> {
        let mut guarded = self;
        while guarded.generation != generation() {
            guarded = guarded.later();
        }
        &guarded.value
    }

    #[cold]
    fn later(&self) -> &Self {
        let mut later = self.later.load(Acquire);
        if later.is_null() {
            let copy = self.value.try_lock().map(|value| value.clone()).unwrap_or_default();
            let made = Box::into_raw(Box::new(Self::new(copy)));
            later = match self.later.compare_exchange(ptr::null_mut(), made, AcqRel, Acquire) {
                Ok(_) => made,
                Err(other) => {
                    // SAFETY: it was made here, and nobody else has seen it.
                    drop(unsafe { Box::from_raw(made) });
                    other
                }
            };
        }
        // SAFETY: it was made by `Box`, and is there for as long as this one.
        unsafe { &*later }
    }
}

impl<T: Clone + Default> Default for Guarded<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Drop for Guarded<T> {
    fn drop(&mut self) {
        let later = *self.later.get_mut();
        if !later.is_null() {
            // SAFETY: it was made by `Box`, and nobody can reach it any more.
            drop(unsafe { Box::from_raw(later) });
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use super::*;

    /// As one of an earlier process looks to a later one.
    fn of_a_parent(value: u32) -> Guarded<Option<u32>> {
        let mut guarded = Guarded::new(Some(value));
        guarded.generation = generation().wrapping_sub(1);
        guarded
    }

    #[test]
    fn a_later_process_begins_with_what_nobody_was_at_and_goes_its_own_way() {
        let guarded = of_a_parent(7);
        assert_eq!(*guarded.lock(), Some(7));
        *guarded.lock() = Some(8);
        assert_eq!((*guarded.lock(), *guarded.value.lock().unwrap()), (Some(8), Some(7)));
    }

    #[test]
    fn what_somebody_was_at_is_not_waited_for() {
        let guarded = of_a_parent(7);
        let _held = guarded.value.lock().unwrap();
        assert_eq!(*guarded.lock(), None);
        *guarded.lock() = Some(9);
        assert_eq!(*guarded.lock(), Some(9));
    }
}
