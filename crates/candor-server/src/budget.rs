//! How much memory all request bodies together may take.

use crate::error::{ApiError, Code};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes are counted in units of this many: a semaphore counts to 2^29 on small targets, and nobody misses the rest.
const UNIT_BYTES: usize = 1024;

/// The memory for request bodies, shared by all requests.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    units: Arc<Semaphore>,
    retry_after: Duration,
}

impl Budget {
    pub(crate) fn new(bytes: usize, retry_after: Duration) -> Self {
        Self { units: Arc::new(Semaphore::new(bytes / UNIT_BYTES)), retry_after }
    }

    /// What nobody holds.
    pub(crate) fn free_bytes(&self) -> usize {
        self.units.available_permits() * UNIT_BYTES
    }

    /// A share of the budget that holds nothing yet.
    pub(crate) fn share(&self) -> Share {
        Share { budget: self.clone(), permit: None, held_bytes: 0 }
    }
}

/// The part of the budget that one request holds; given back when dropped.
#[derive(Debug)]
pub(crate) struct Share {
    budget: Budget,
    permit: Option<OwnedSemaphorePermit>,
    held_bytes: usize,
}

impl Share {
    /// Takes `bytes` more, before they are allocated.
    ///
    /// # Errors
    /// `overloaded` when the others hold the rest. It never waits: a waiting request would hold what it has already, and
    /// many of them would wait for each other.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), ApiError> {
        let wanted_bytes = self.held_bytes + bytes;
        let missing = wanted_bytes.div_ceil(UNIT_BYTES) - self.held_bytes.div_ceil(UNIT_BYTES);
        let overloaded = || ApiError::from(Code::Overloaded).retry_after(self.budget.retry_after);
        if missing > 0 {
            let count = u32::try_from(missing).map_err(|_| overloaded())?;
            let more = Arc::clone(&self.budget.units).try_acquire_many_owned(count).map_err(|_| overloaded())?;
            match &mut self.permit {
                Some(permit) => permit.merge(more),
                None => self.permit = Some(more),
            }
        }
        self.held_bytes = wanted_bytes;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    #[test]
    fn what_one_request_holds_another_cannot_have_until_it_is_given_back() {
        let budget = Budget::new(10 * UNIT_BYTES, Duration::from_secs(1));
        let mut first = budget.share();
        first.grow(UNIT_BYTES / 2).unwrap();
        first.grow(7 * UNIT_BYTES).unwrap();
        let mut second = budget.share();
        second.grow(2 * UNIT_BYTES).unwrap();
        assert_eq!(second.grow(UNIT_BYTES).unwrap_err().code(), Code::Overloaded);
        drop(first);
        second.grow(8 * UNIT_BYTES).unwrap();
        drop(second);
        assert_eq!(budget.units.available_permits(), 10);
    }
}
