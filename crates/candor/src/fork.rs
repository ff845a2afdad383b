//! A tool may fork while its threads are at anything.
//!
//! The new process has one thread, and a lock that another one held at that moment is held for ever. So a process never waits
//! for a lock of the one that it comes from: what is behind locks, each process has for itself.

#![expect(unsafe_code, reason = "only the C library can say that a process has forked")]

use std::{
    ptr,
    sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU32,
        Ordering::{AcqRel, Acquire, Relaxed},
    },
};

use crate::{clock, sums::is_alive};

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

/// Something that each process has for itself. What a forked one has of it is there until the end of that process: what
/// gives it back would be the larger half of this.
#[derive(Debug)]
pub(crate) struct Own<T> {
    generation: u32,
    value: T,
    /// That of a process which comes from this one.
    later: AtomicPtr<Self>,
}

impl<T> Own<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { generation: generation(), value, later: AtomicPtr::default() }
    }

    /// That of this process. `make` makes it of that of another one, and must not wait for anything in there.
    #[inline]
    pub(crate) fn get(&self, make: fn(&T) -> T) -> &T {
        let mut own = self;
        while own.generation != generation() {
            own = own.later(make);
        }
        &own.value
    }

    #[cold]
    fn later(&self, make: fn(&T) -> T) -> &Self {
        let mut later = self.later.load(Acquire);
        if later.is_null() {
            let made = Box::into_raw(Box::new(Self::new(make(&self.value))));
            later = match self.later.compare_exchange(ptr::null_mut(), made, AcqRel, Acquire) {
                Ok(_) => made,
                Err(other) => other,
            };
        }
        // SAFETY: it was made by `Box`, and is never taken away.
        unsafe { &*later }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_later_process_has_one_of_its_own_however_many_threads_ask_first() {
        let mut own = Own::new(vec![1]);
        own.generation = generation().wrapping_sub(1);
        let inherit = |earlier: &Vec<i32>| earlier.iter().map(|number| number + 1).collect();
        let asked = thread::scope(|scope| {
            let threads = [(); 8].map(|()| scope.spawn(|| ptr::from_ref(own.get(inherit)).addr()));
            threads.map(|thread| thread.join().ok())
        });
        assert!(asked.iter().all(|found| *found == asked[0]));
        assert_eq!((own.get(inherit).as_slice(), own.value.as_slice()), ([2].as_slice(), [1].as_slice()));
    }

    #[test]
    fn what_began_here_is_not_elsewhere_and_what_began_in_an_earlier_process_is_there_as_long_as_that_lives() {
        let here = Origin::here();
        assert!(here.is_here() && !here.is_elsewhere());
        let parent = Origin { generation: here.generation.wrapping_sub(1), ..here };
        assert!(!parent.is_here() && parent.is_elsewhere());
        assert!(!Origin { second: 0, ..parent }.is_elsewhere(), "another process has that number by now");
    }
}
