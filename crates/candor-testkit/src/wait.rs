//! Waiting for other processes.

use std::{
    thread,
    time::{Duration, Instant},
};

/// Far more than anything here takes on a busy machine: it only ends tests that would never end.
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits until there is a value.
///
/// # Panics
/// When there is none after two minutes.
pub fn wait_until<T>(what: &str, mut value: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = value() {
            return value;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
