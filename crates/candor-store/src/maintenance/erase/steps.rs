//! How far an erasure has come.

use crate::maintenance::Progress;

/// The steps of an erasure, and who wants to know of each.
pub(super) struct Steps<'a> {
    pub(super) progress: &'a mut (dyn FnMut(Progress) + Send),
    pub(super) done: u64,
    pub(super) total: u64,
}

impl Steps<'_> {
    pub(super) fn step(&mut self) {
        (self.progress)(Progress { done: self.done, total: self.total });
        self.done = (self.done + 1).min(self.total);
    }

    pub(super) fn end(self) {
        (self.progress)(Progress { done: self.total, total: self.total });
    }
}
