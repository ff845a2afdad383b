//! What a tool can record, each kind in a file of its own.

mod component;
mod count;
mod distinct;
mod error;
mod fields;
mod lifecycle;
mod operation;
mod part;

pub(crate) use distinct::Distinct;
pub use fields::Fields;
pub use lifecycle::{Heartbeats, Instance};
pub use operation::{ErrorClass, Run};
pub use part::PartRun;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A thread of the tool that panicked while it held a lock has not broken what the lock protects: every change behind
/// one is a single step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
