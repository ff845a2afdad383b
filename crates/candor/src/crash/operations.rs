//! The operations under way, for a report to say what ran.

use std::{
    sync::{Arc, Mutex, TryLockError},
    thread::{self, ThreadId},
};

use crate::{active::Active, fork, record::lock};

/// Of a server with more at once, a report may not say which one it was.
const MOST: usize = 256;

/// The operations of a run that have begun and not ended.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    under_way: Mutex<UnderWay>,
}

#[derive(Debug, Default)]
struct UnderWay {
    begun: u64,
    operations: Vec<Operation>,
}

#[derive(Debug)]
struct Operation {
    number: u64,
    name: &'static str,
    thread: ThreadId,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Mark {
    active: Arc<Active>,
    number: u64,
}

impl Mark {
    /// An operation begins on this thread.
    pub(crate) fn begin(active: &Arc<Active>, name: &'static str) -> Self {
        Self { number: active.process().operations.begin(name), active: Arc::clone(active) }
    }
}

impl Mark {
    pub(crate) fn active(&self) -> &Arc<Active> {
        &self.active
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.active.process().operations.end(self.number);
    }
}

impl Operations {
    fn begin(&self, name: &'static str) -> u64 {
        let mut under_way = lock(&self.under_way);
        under_way.begun += 1;
        // Those of the process that this one comes from end here too.
        let number = u64::from(fork::generation()) << 32 | under_way.begun;
        if under_way.operations.len() < MOST {
            under_way.operations.push(Operation { number, name, thread: thread::current().id() });
        }
        number
    }

    fn end(&self, number: u64) {
        // Most often the last one ends.
        let operations = &mut lock(&self.under_way).operations;
        if let Some(at) = operations.iter().rposition(|operation| operation.number == number) {
            operations.remove(at);
        }
    }

    /// The last one that began on this thread, else the last one that began at all. Asked in the middle of a panic, it
    /// waits for nobody.
    pub(crate) fn current(&self) -> Option<&'static str> {
        let under_way = match self.under_way.try_lock() {
            Ok(under_way) => under_way,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        let own = thread::current().id();
        let mut last_first = under_way.operations.iter().rev();
        let last = last_first.clone().next();
        last_first.find(|operation| operation.thread == own).or(last).map(|operation| operation.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operation_of_the_thread_comes_before_a_later_one_of_another() {
        let operations = Operations::default();
        assert_eq!(operations.current(), None);
        let outer = operations.begin("outer");
        let inner = operations.begin("inner");
        let elsewhere =
            || thread::scope(|scope| scope.spawn(|| (operations.current(), operations.begin("other"))).join());
        assert_eq!(elsewhere().ok().map(|(current, _)| current), Some(Some("inner")), "none of its own");
        assert_eq!(operations.current(), Some("inner"));
        operations.end(inner);
        assert_eq!(operations.current(), Some("outer"));
        operations.end(outer);
        assert_eq!(operations.current(), Some("other"));
    }

    #[test]
    fn more_than_can_be_kept_begin_and_end_all_the_same() {
        let operations = Operations::default();
        let numbers: Vec<u64> = (0..MOST + 10).map(|_| operations.begin("fetch")).collect();
        numbers.into_iter().for_each(|number| operations.end(number));
        assert_eq!(operations.current(), None);
    }
}
