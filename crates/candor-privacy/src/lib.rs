//! Scrubbing and identity policies.
