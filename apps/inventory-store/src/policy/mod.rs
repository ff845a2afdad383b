//! Policies: rules over the inventory, each an SQL query that finds what should not be.

mod evaluate;
mod rule;

pub use evaluate::{Finding, RuleError, evaluate};
pub use rule::{Policy, PolicyError, Rule};
