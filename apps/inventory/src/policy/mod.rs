//! Policies: rules over the inventory, each an SQL query that finds what should not be.

mod evaluate;
mod rule;

pub(crate) use evaluate::{Finding, RuleError, evaluate};
pub(crate) use rule::{Policy, PolicyError, Rule};
