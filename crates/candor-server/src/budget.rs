//! How much memory all request bodies together may take.

use crate::admission::{Fair, Hold};
use crate::error::{ApiError, Code};
use std::sync::Arc;
use std::time::Duration;

/// Bodies whose project is not known yet, as one holder; projects count from 1.
const UNKNOWN: u64 = 0;

/// The memory for request bodies, shared by all requests.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    bytes: Arc<Fair>,
    retry_after: Duration,
}

impl Budget {
    pub(crate) fn new(bytes: usize, retry_after: Duration) -> Self {
        Self { bytes: Fair::new(bytes), retry_after }
    }

    /// What all requests hold together.
    pub(crate) fn held_bytes(&self) -> usize {
        self.bytes.used()
    }

    /// A share of the budget that holds nothing yet, for a request whose project is not known before its body is read.
    pub(crate) fn share(&self) -> Share {
        self.share_of(None)
    }

    /// A share that counts against a project.
    pub(crate) fn share_of(&self, project: Option<i64>) -> Share {
        let holder = project.map_or(UNKNOWN, i64::unsigned_abs);
        Share { hold: self.bytes.nothing(Some(holder)), retry_after: self.retry_after }
    }
}

/// The part of the budget that one request holds; given back when dropped.
#[derive(Debug)]
pub(crate) struct Share {
    hold: Hold,
    retry_after: Duration,
}

impl Share {
    /// Takes `bytes` more, before they are allocated.
    ///
    /// # Errors
    /// `overloaded` when the others hold the rest, or the project has its share.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), ApiError> {
        if self.hold.grow(bytes) { Ok(()) } else { Err(ApiError::from(Code::Overloaded).retry_after(self.retry_after)) }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    #[test]
    fn what_one_request_holds_another_cannot_have_until_it_is_given_back() {
        let budget = Budget::new(10_000, Duration::from_secs(1));
        let mut first = budget.share_of(Some(1));
        first.grow(500).unwrap();
        first.grow(7_000).unwrap();
        let mut second = budget.share_of(Some(2));
        second.grow(2_500).unwrap();
        assert_eq!(second.grow(1).unwrap_err().code(), Code::Overloaded);
        drop(first);
        second.grow(5_000).unwrap();
        assert_eq!(second.grow(2_500).unwrap_err().code(), Code::Overloaded, "the last quarter is not for one alone");
        budget.share().grow(2_500).unwrap();
    }
}
