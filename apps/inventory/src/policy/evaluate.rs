//! Checking one rule.

use rusqlite::{Connection, types::ValueRef};
use serde_json::Value;

use super::Rule;
use crate::classified::{Classified, ErrorClass};

/// The most violations of a rule that are kept to be shown; the others are only counted. A query that joins without a
/// condition gives millions.
const MOST_SHOWN: usize = 1000;

/// What a rule found.
#[derive(Debug)]
pub(crate) struct Finding<'a> {
    /// The rule.
    pub(crate) rule: &'a Rule,
    /// How many rows its query gave; none is good.
    pub(crate) violations: u64,
    /// The names of the query's columns.
    pub(crate) columns: Vec<String>,
    /// The first rows, at most 1000.
    pub(crate) rows: Vec<Vec<Value>>,
}

/// Runs the rule's query.
///
/// # Errors
/// [`RuleError`], which names the rule.
pub(crate) fn evaluate<'a>(connection: &Connection, rule: &'a Rule) -> Result<Finding<'a>, RuleError> {
    query(connection, rule).map_err(|reason| RuleError { rule: rule.name.clone(), reason })
}

fn query<'a>(connection: &Connection, rule: &'a Rule) -> Result<Finding<'a>, Reason> {
    let mut statement = connection.prepare(&rule.sql)?;
    let columns: Vec<String> = statement.column_names().into_iter().map(ToOwned::to_owned).collect();
    if columns.is_empty() || !statement.readonly() {
        return Err(Reason::NoQuery);
    }
    let mut finding = Finding { rule, violations: 0, columns, rows: Vec::new() };
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        finding.violations += 1;
        if finding.rows.len() < MOST_SHOWN {
            let cells = (0..finding.columns.len()).map(|index| row.get_ref(index).map(json));
            finding.rows.push(cells.collect::<Result<_, _>>()?);
        }
    }
    Ok(finding)
}

fn json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
    }
}

/// Why a rule could not be checked.
#[derive(Debug, thiserror::Error)]
#[error("the SQL of rule {rule:?} fails")]
pub(crate) struct RuleError {
    rule: String,
    #[source]
    reason: Reason,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("{0}; `inventory fetch` fills the tables that `inventory providers list` shows")]
    NoTable(rusqlite::Error),
    #[error(transparent)]
    Sql(rusqlite::Error),
    #[error("it is no query: a rule only reads, and gives one row a violation")]
    NoQuery,
}

impl From<rusqlite::Error> for Reason {
    fn from(error: rusqlite::Error) -> Self {
        if error.to_string().contains("no such table") { Self::NoTable(error) } else { Self::Sql(error) }
    }
}

impl Classified for RuleError {
    fn class(&self) -> ErrorClass {
        ErrorClass::RuleSql
    }
}
