//! A store with a history, and what its reports cost.

pub mod engines;
pub mod fill;
pub mod reports;
