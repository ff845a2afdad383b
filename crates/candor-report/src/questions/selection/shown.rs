//! What a report says of its question, and the order of its rows where it is broken down.

use super::{super::Answer, Selection};
use crate::{Cell, Report, ReportName};

impl Selection<'_> {
    /// The report `name` of this question, without rows yet.
    pub(in crate::questions) fn report(&self, name: ReportName) -> Report {
        Report::empty(name, self.query)
    }

    /// SQL that names the value that it is broken down by, to stand before other columns; nothing where it is not.
    pub(in crate::questions) fn by_value(&self) -> &'static str {
        if self.breakdown.is_some() { "by_value, " } else { "" }
    }

    /// `row` with the value that it is broken down by behind its keys, where it is broken down.
    pub(in crate::questions) fn broken(
        &self,
        name: ReportName,
        answer: &Answer,
        row: usize,
        mut cells: Vec<Cell>,
    ) -> Vec<Cell> {
        if self.breakdown.is_some() {
            cells.insert(name.keys(), answer.text_cell(row, "by_value"));
        }
        cells
    }

    /// Puts the rows of a broken down report together that are equal in their other keys: in the order of the first of
    /// them, and in each the most frequent values first.
    pub(in crate::questions) fn group(&self, report: &mut Report) {
        self.group_as(report, &[]);
    }

    /// Likewise, first in the order in which `rows` that are not broken down have those keys.
    pub(in crate::questions) fn group_as(&self, report: &mut Report, rows: &[Vec<Cell>]) {
        let Some(breakdown) = &self.breakdown else { return };
        let keys = report.name.keys();
        let mut order: Vec<Vec<Cell>> = Vec::new();
        for row in rows.iter().chain(&report.rows) {
            if !order.iter().any(|known| *known == row[..keys]) {
                order.push(row[..keys].to_vec());
            }
        }
        let place = |row: &Vec<Cell>| {
            (order.iter().position(|known| *known == row[..keys]), breakdown.rank(row[keys].as_text()))
        };
        report.rows.sort_by_cached_key(place);
    }

    /// `keys`, and the value that it is broken down by.
    pub(in crate::questions) fn keys(&self, keys: &[&'static str]) -> Vec<&'static str> {
        keys.iter().copied().chain(self.breakdown.as_ref().map(|_| "by_value")).collect()
    }

    /// The sentence that stands for an empty report.
    pub(in crate::questions) fn nothing_found(&self) -> String {
        let filters: Vec<_> =
            self.query.filters.iter().map(|filter| format!("{} = {}", filter.name(), filter.value())).collect();
        match filters.is_empty() {
            true => "Nothing was reported in these days.".to_owned(),
            false => format!("Nothing was reported in these days with {}.", filters.join(", ")),
        }
    }
}
