//! Filters as conditions in SQL.

use std::collections::BTreeMap;

use datafusion::common::ScalarValue;

use super::tables::Tables;
use crate::{
    Dimension, Filter,
    dimension::{Shape, attribute_columns, quoted},
    filter::yes_or_no,
};

/// What all filters of a question ask for.
#[derive(Debug, Default)]
pub(super) struct Condition {
    /// Filters of one name are alternatives; those of different names must all hold.
    alternatives: BTreeMap<String, Vec<String>>,
    /// The columns that it looks at.
    pub(super) columns: Vec<String>,
    /// The values, which are bound and never written into the SQL.
    pub(super) parameters: Vec<(String, ScalarValue)>,
}

impl Condition {
    pub(super) fn of(filters: &[Filter], tables: &Tables) -> Self {
        let mut condition = Self::default();
        for filter in filters {
            let sql = match filter {
                Filter::Ci(is_ci) => {
                    condition.columns.push("ci".to_owned());
                    format!("ci {} 'none'", if *is_ci { "<>" } else { "=" })
                }
                Filter::Flag(dimension, flag) => {
                    condition.columns.push(dimension.column().to_owned());
                    format!("{dimension} = {flag}")
                }
                Filter::Equals(dimension, value) => condition.equals(*dimension, value),
                Filter::Attribute(name, value) => condition.attribute(name, value, tables),
            };
            condition.alternatives.entry(filter.name().to_owned()).or_default().push(sql);
        }
        condition
    }

    /// To follow another condition: ` AND (…)` for each name.
    pub(super) fn sql(&self) -> String {
        self.alternatives.values().map(|alternatives| format!(" AND ({})", alternatives.join(" OR "))).collect()
    }

    /// Adds a condition that must hold as well, with the columns that it looks at and its values.
    pub(super) fn narrow(
        &mut self,
        sql: &str,
        columns: &[String],
        parameters: impl Iterator<Item = (String, ScalarValue)>,
    ) {
        // No filter has this name.
        self.alternatives.entry(String::new()).or_default().push(sql.to_owned());
        self.columns.extend(columns.iter().cloned());
        self.parameters.extend(parameters);
    }

    fn equals(&mut self, dimension: Dimension, value: &str) -> String {
        let column = dimension.column();
        self.columns.push(column.to_owned());
        let parameter = self.bind(ScalarValue::from(value));
        match dimension.shape() {
            Shape::Component => format!("(kind = 'component' AND {column} = {parameter})"),
            _ => format!("\"{column}\" = {parameter}"),
        }
    }

    /// In each column that the attribute has and that can hold the value; in none, nothing is equal to it.
    fn attribute(&mut self, name: &str, value: &str, tables: &Tables) -> String {
        let mut alternatives = Vec::new();
        for column in attribute_columns(name).into_iter().filter(|column| tables.facts_have(column)) {
            let value = match column.split('_').next() {
                Some("int") => value.parse().ok().map(|value| ScalarValue::Int64(Some(value))),
                Some("bool") => yes_or_no(value).map(ScalarValue::from),
                _ => Some(ScalarValue::from(value)),
            };
            if let Some(value) = value {
                alternatives.push(format!("{} = {}", quoted(&column), self.bind(value)));
                self.columns.push(column);
            }
        }
        match alternatives.is_empty() {
            true => "FALSE".to_owned(),
            false => alternatives.join(" OR "),
        }
    }

    fn bind(&mut self, value: ScalarValue) -> String {
        let name = format!("filter{}", self.parameters.len());
        let parameter = format!("${name}");
        self.parameters.push((name, value));
        parameter
    }
}
