//! What ties an answer to its line in the log.

use axum::http::HeaderValue;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Tells a request from the others of this process, and by its random beginning from those of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestId(u64);

/// Gives ids out.
#[derive(Debug)]
pub(crate) struct RequestIds(AtomicU64);

impl RequestIds {
    /// # Errors
    /// When the system has no randomness to give.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        Ok(Self(AtomicU64::new(getrandom::u64()?)))
    }

    pub(crate) fn next(&self) -> RequestId {
        RequestId(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

impl RequestId {
    pub(crate) fn header(self) -> HeaderValue {
        // Hexadecimal digits are a header value.
        HeaderValue::from_str(&self.to_string()).unwrap_or(HeaderValue::from_static(""))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
