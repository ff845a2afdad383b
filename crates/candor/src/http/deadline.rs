//! When a request has to be over, whatever it is waiting for.

use std::{
    io,
    time::{Duration, Instant},
};

/// A moment that no step of a request goes beyond.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(Instant);

impl Deadline {
    pub(super) fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// What is left of the time: never zero, which sockets would take for "without end".
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`] when nothing is left.
    pub(super) fn left(self) -> io::Result<Duration> {
        let left = self.0.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_has_passed_leaves_no_time() {
        assert!(Deadline::after(Duration::from_secs(60)).left().is_ok_and(|left| !left.is_zero()));
        let error = Deadline::after(Duration::ZERO).left().expect_err("it has passed");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
