//! Terms of a search: `kind=mount`, `size>1G`, `target~/var`.

use inventory_store::{
    providers,
    schema::{Column, Kind, Table, Value},
};

use super::rows::{NoColumn, place_in};

/// The operators, longest first: `<=` begins like `<`.
const OPERATORS: [(&str, Operator); 7] = [
    ("!=", Operator::Differs),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("=", Operator::Equals),
    ("<", Operator::Less),
    (">", Operator::More),
    ("~", Operator::Contains),
];

/// What a size may end with.
const SIZES: [(char, i64); 4] = [('K', 1 << 10), ('M', 1 << 20), ('G', 1 << 30), ('T', 1 << 40)];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equals,
    Differs,
    Less,
    AtMost,
    More,
    AtLeast,
    Contains,
}

/// A condition on the rows of one table.
#[derive(Debug)]
pub(crate) struct Condition {
    place: usize,
    operator: Operator,
    value: Value,
}

impl Condition {
    /// Whether a row fulfils it. What is absent fulfils nothing but `!=`.
    pub(crate) fn holds(&self, row: &[Value]) -> bool {
        let differs = self.operator == Operator::Differs;
        match (&row[self.place], &self.value) {
            (Value::Text(text), Value::Text(wanted)) if self.operator == Operator::Contains => {
                text.to_lowercase().contains(&wanted.to_lowercase())
            }
            (Value::Text(left), Value::Text(right)) => self.operator.orders(left.cmp(right)),
            (Value::Integer(left), Value::Integer(right)) => self.operator.orders(left.cmp(right)),
            (Value::Boolean(left), Value::Boolean(right)) => self.operator.orders(left.cmp(right)),
            _ => differs,
        }
    }
}

impl Operator {
    fn orders(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equals => order.is_eq(),
            Self::Differs => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Contains => false,
        }
    }
}

/// The table of a kind: `mounts` by its own name, or by what one of its rows is called, `mount`.
pub(crate) fn table(name: &str) -> Result<&'static Table, TermError> {
    let mut tables = providers::ALL.into_iter().flat_map(|provider| provider.tables().iter().copied());
    let known = tables.find(|table| table.name == name || table.kind == name);
    known.ok_or_else(|| TermError::NoKind { name: name.to_owned() })
}

/// What the terms ask for.
///
/// # Errors
/// [`TermError`] for the first term that makes no sense.
pub(crate) fn search(terms: &[String]) -> Result<(&'static Table, Vec<Condition>), TermError> {
    let terms = terms.iter().map(|term| split(term)).collect::<Result<Vec<_>, _>>()?;
    let is_kind = |(name, operator, _): &&(&str, Operator, &str)| *name == "kind" && *operator == Operator::Equals;
    let (_, _, kind) = terms.iter().find(is_kind).ok_or(TermError::NoKindGiven)?;
    let table = table(kind)?;
    let conditions =
        terms.iter().filter(|term| !is_kind(term)).map(|term| condition(table, *term)).collect::<Result<_, _>>()?;
    Ok((table, conditions))
}

/// At the first operator: names of columns have none.
fn split(term: &str) -> Result<(&str, Operator, &str), TermError> {
    let at = term.find(['=', '!', '<', '>', '~']);
    let found = at.and_then(|at| {
        let (name, rest) = term.split_at(at);
        let (sign, operator) = OPERATORS.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
        Some((name, operator, &rest[sign.len()..]))
    });
    found.filter(|(name, ..)| !name.is_empty()).ok_or_else(|| TermError::NoOperator { term: term.to_owned() })
}

fn condition(table: &'static Table, term: (&str, Operator, &str)) -> Result<Condition, TermError> {
    let (name, operator, text) = term;
    let place = place_in(table, name)?;
    let column = &table.columns[place];
    if operator == Operator::Contains && column.kind != Kind::Text {
        return Err(TermError::NoText { column: column.name });
    }
    let value =
        value(column, text).ok_or_else(|| TermError::Value { column: column.name, kind: column.kind.name() })?;
    Ok(Condition { place, operator, value })
}

fn value(column: &Column, text: &str) -> Option<Value> {
    match column.kind {
        Kind::Text => Some(text.into()),
        Kind::Integer => {
            let size = SIZES.iter().find_map(|(letter, unit)| Some((text.strip_suffix(*letter)?, *unit)));
            let (digits, unit) = size.unwrap_or((text, 1));
            digits.parse::<i64>().ok()?.checked_mul(unit).map(Value::from)
        }
        Kind::Boolean => match text {
            "yes" | "true" | "1" => Some(true.into()),
            "no" | "false" | "0" => Some(false.into()),
            _ => None,
        },
    }
}

/// Why a search makes no sense.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TermError {
    /// There is no such kind.
    #[error("there is no kind {name:?}; `kinds` lists them")]
    NoKind {
        /// What was asked for.
        name: String,
    },
    /// No term says which kind.
    #[error("a search needs a kind, such as kind=mount; `kinds` lists them")]
    NoKindGiven,
    /// A term without an operator.
    #[error("{term:?} is no condition; write a column, one of = != < <= > >= ~, and a value")]
    NoOperator {
        /// The term.
        term: String,
    },
    /// The kind has no such column.
    #[error(transparent)]
    NoColumn(#[from] NoColumn),
    /// `~` on a number.
    #[error("~ is for texts, and {column} is none")]
    NoText {
        /// The column.
        column: &'static str,
    },
    /// A value that the column cannot have.
    #[error("{column} is compared with a value of type {kind}")]
    Value {
        /// The column.
        column: &'static str,
        /// Its type.
        kind: &'static str,
    },
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// Whether a mount of this type, size and read-only flag is found.
    fn finds(terms: &str, target: &str, size: Option<i64>, read_only: bool) -> bool {
        let terms: Vec<String> = terms.split(' ').map(str::to_owned).collect();
        let (table, conditions) = search(&terms).unwrap();
        let row: Vec<Value> = table
            .columns
            .iter()
            .map(|column| match column.name {
                "target" => target.into(),
                "size_bytes" => size.into(),
                "read_only" => read_only.into(),
                _ => Value::Absent,
            })
            .collect();
        conditions.iter().all(|condition| condition.holds(&row))
    }

    fn refused(terms: &str) -> String {
        let terms: Vec<String> = terms.split(' ').map(str::to_owned).collect();
        search(&terms).unwrap_err().to_string()
    }

    #[test]
    fn sizes_have_units() {
        assert!(finds("kind=mount size>1G", "/", Some((1 << 30) + 1), false));
        assert!(!finds("kind=mount size>1G", "/", Some(1 << 30), false));
        assert!(finds("kind=mounts size_bytes>=1073741824", "/", Some(1 << 30), false));
    }

    #[test]
    fn every_condition_must_hold() {
        assert!(finds("kind=mount target~VAR size<2K read_only=no", "/var", Some(1), false));
        assert!(!finds("kind=mount target~VAR size<2K read_only=no", "/var", Some(1), true));
        assert!(!finds("kind=mount target~VAR size<2K", "/usr", Some(1), false));
    }

    #[test]
    fn what_is_absent_is_neither_large_nor_small_but_different() {
        assert!(!finds("kind=mount size>0", "/", None, false));
        assert!(!finds("kind=mount size<=0", "/", None, false));
        assert!(finds("kind=mount size!=0", "/", None, false));
    }

    #[test]
    fn a_value_may_have_operators_in_it() {
        assert!(finds("kind=mount target=/a=b>c", "/a=b>c", None, false));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        assert_eq!(refused("size>1G"), "a search needs a kind, such as kind=mount; `kinds` lists them");
        assert_eq!(refused("kind=disk"), "there is no kind \"disk\"; `kinds` lists them");
        assert!(refused("kind=mount big").starts_with("\"big\" is no condition"));
        assert!(refused("kind=mount =1").starts_with("\"=1\" is no condition"));
        assert!(refused("kind=mount colour=red").starts_with("there is no column \"colour\"; there are source, "));
        assert_eq!(refused("kind=mount size>much"), "size_bytes is compared with a value of type integer");
        assert_eq!(refused("kind=mount size>9999999999T"), "size_bytes is compared with a value of type integer");
        assert_eq!(refused("kind=mount size~1"), "~ is for texts, and size_bytes is none");
    }
}
