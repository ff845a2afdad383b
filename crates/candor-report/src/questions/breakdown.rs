//! Breaking a report down by a field: its most frequent values, and `other`.

use datafusion::common::ScalarValue;

use super::{
    QuestionError, Selection,
    tables::{Tables, is_attribute},
};
use crate::{
    Dimension, Field,
    dimension::{PREFIXES, Shape, attribute_columns, quoted},
};

/// What all values beyond the most frequent ones are called.
const OTHER: &str = "other";

/// How a report is broken down.
#[derive(Debug, Clone)]
pub(super) struct Breakdown {
    /// The columns that it looks at.
    pub(super) columns: Vec<String>,
    /// The field as a text in SQL; null where a fact does not say.
    pub(super) value: String,
    /// The most frequent values; all others are [`OTHER`].
    top: Vec<String>,
}

impl Breakdown {
    /// By `field`, without any value yet; nothing where no fact ever had such an attribute.
    pub(super) fn by(field: &Field, tables: &Tables) -> Option<Self> {
        let (columns, values): (Vec<_>, Vec<_>) = match field {
            Field::Dimension(dimension) => {
                let column = dimension.column();
                (vec![column.to_owned()], vec![dimension_value(*dimension)])
            }
            Field::Attribute(name) => attribute_columns(name)
                .into_iter()
                .filter(|column| tables.facts_have(column))
                .map(|column| (column.clone(), attribute_value(&column)))
                .unzip(),
        };
        let value = match values.as_slice() {
            [] => return None,
            [value] => value.clone(),
            values => format!("COALESCE({})", values.join(", ")),
        };
        Some(Self { columns, value, top: Vec::new() })
    }

    /// The same, with rows of their own for the `top` most frequent values of what `selection` selects of `kinds`.
    pub(super) async fn ranked(self, selection: &Selection<'_>, kinds: &str, top: u32) -> Result<Self, QuestionError> {
        let sql = format!(
            "SELECT by_value, SUM(count) AS total FROM selected WHERE {kinds} AND by_value IS NOT NULL
            GROUP BY by_value ORDER BY total DESC, by_value LIMIT {top}"
        );
        let answer = selection.ask(&[], &sql).await?;
        let values = answer.rows().filter_map(|row| answer.text(row, "by_value"));
        Ok(Self { top: values.filter(|value| *value != OTHER).map(str::to_owned).collect(), ..self })
    }

    /// The column `by_value` in SQL.
    pub(super) fn sql(&self) -> String {
        let value = &self.value;
        match self.top.is_empty() {
            true => format!("{value} AS by_value"),
            false => format!(
                "CASE WHEN {value} IS NULL THEN NULL WHEN {value} IN ({}) THEN {value} ELSE '{OTHER}' END AS by_value",
                self.names()
            ),
        }
    }

    /// Each value, [`OTHER`] and nothing, with the condition in SQL that selects what has it.
    pub(super) fn each(&self) -> Vec<(Option<&str>, String)> {
        let value = &self.value;
        let mut each: Vec<_> = self
            .top
            .iter()
            .zip(self.parameters())
            .map(|(top, (name, _))| (Some(top.as_str()), format!("{value} = ${name}")))
            .collect();
        if !self.top.is_empty() {
            each.push((Some(OTHER), format!("{value} NOT IN ({})", self.names())));
        }
        // What lacks an attribute was not asked for it.
        if !self.columns.iter().any(|column| is_attribute(column)) {
            each.push((None, format!("{value} IS NULL")));
        }
        each
    }

    /// The names of [`Breakdown::parameters`] in SQL.
    fn names(&self) -> String {
        self.parameters().map(|(name, _)| format!("${name}")).collect::<Vec<_>>().join(", ")
    }

    /// The values that [`Breakdown::sql`] and [`Breakdown::each`] name.
    pub(super) fn parameters(&self) -> impl Iterator<Item = (String, ScalarValue)> {
        self.top.iter().enumerate().map(|(index, value)| (format!("top{index}"), ScalarValue::from(value.as_str())))
    }

    /// Where a value stands among the most frequent ones: what is not reported is last.
    pub(super) fn rank(&self, value: Option<&str>) -> usize {
        match value {
            Some(value) => self.top.iter().position(|top| top == value).unwrap_or(self.top.len()),
            None => usize::MAX,
        }
    }
}

fn dimension_value(dimension: Dimension) -> String {
    let column = quoted(dimension.column());
    match dimension.shape() {
        Shape::Flag => truth(&column),
        _ => column,
    }
}

fn attribute_value(column: &str) -> String {
    let quoted = quoted(column);
    match PREFIXES.iter().position(|prefix| column.starts_with(prefix)) {
        Some(1) => format!("CAST({quoted} AS VARCHAR)"),
        Some(2) => truth(&quoted),
        _ => quoted,
    }
}

fn truth(column: &str) -> String {
    format!("CASE WHEN {column} THEN 'yes' WHEN NOT {column} THEN 'no' END")
}
