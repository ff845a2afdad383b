//! Candor's own API: answers as JSON for programs that bring a token.

pub(crate) mod health;
pub(crate) mod maintenance;
pub(crate) mod metrics;
pub(crate) mod openapi;
pub(crate) mod pipeline;
pub(crate) mod report;
pub(crate) mod sql;
