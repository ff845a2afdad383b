//! Manifests as their authors, users and collectors meet them.
#![expect(clippy::unwrap_used, reason = "a test may end here")]

mod diff;
mod documentation;
mod enforce;
mod example;
mod json;
mod page;
mod problems;
