//! Checking one rule.

use serde_json::Value;

use super::Rule;
use crate::{
    classified::{Classified, ErrorClass},
    database::{Database, EvaluateError, Found},
};

/// The most violations of a rule that are kept to be shown; the others are only counted. A query that joins without a
/// condition gives millions.
const MOST_SHOWN: usize = 1000;

/// What a rule found.
#[derive(Debug)]
pub struct Finding<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// How many rows its query gave; none is good.
    pub violations: u64,
    /// The names of the query's columns.
    pub columns: Vec<String>,
    /// The first rows, at most 1000.
    pub rows: Vec<Vec<Value>>,
}

/// Runs the rule's query.
///
/// # Errors
/// [`RuleError`], which names the rule.
pub fn evaluate<'a>(database: &mut Database, rule: &'a Rule) -> Result<Finding<'a>, RuleError> {
    let found = database.evaluate(&rule.sql, MOST_SHOWN);
    let Found { count, columns, rows } = found.map_err(|source| RuleError { rule: rule.name.clone(), source })?;
    Ok(Finding { rule, violations: count, columns, rows })
}

/// Why a rule could not be checked.
#[derive(Debug, thiserror::Error)]
#[error("the SQL of rule {rule:?} fails")]
pub struct RuleError {
    rule: String,
    source: EvaluateError,
}

impl Classified for RuleError {
    fn class(&self) -> ErrorClass {
        ErrorClass::RuleSql
    }
}
