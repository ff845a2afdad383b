//! What happened each day, as a line of marks.

use std::collections::BTreeMap;

use candor_report::{Cell, Report, ReportName};

use super::{marks, printable};

/// The most lines: as many values as a breakdown has unless it is told otherwise, with `other` and what is not reported.
const MAX_LINES: usize = 12;

/// The longest label of a line.
const MAX_LABEL: usize = 20;

/// A label and the marks of each line, for reports that have days: one line, or one for each value of a breakdown.
pub(super) fn sparklines(report: &Report, width: usize) -> Vec<(String, String)> {
    let lines = match (report.name, &report.by) {
        (ReportName::Overview, None) => single(report, "runs a day", "runs"),
        (ReportName::Overview, Some(_)) => each_value(report, "day", "runs"),
        (ReportName::Actives, None) => match single(report, "actives a day", "actives") {
            none if none.is_empty() => single(report, "identified a day", "identified"),
            lines => lines,
        },
        (ReportName::Actives, Some(_)) => match each_value(report, "start", "actives") {
            none if none.is_empty() => each_value(report, "start", "identified"),
            lines => lines,
        },
        _ => Vec::new(),
    };
    let label = lines.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let marked = |(text, numbers): (String, Vec<i64>)| {
        // Two blanks stand before the label and two behind it.
        (format!("{text:<label$}"), marks::sparkline(&numbers, width.saturating_sub(label + 4)))
    };
    lines.into_iter().map(marked).collect()
}

/// The numbers of `column` of the rows that are days, where there are at least two.
fn single(report: &Report, label: &str, column: &str) -> Vec<(String, Vec<i64>)> {
    let number = |row| report.cell(row, column).and_then(Cell::as_count);
    let numbers: Vec<_> = (0..report.rows.len()).filter(|row| is_day(report, *row)).filter_map(number).collect();
    if numbers.len() < 2 { Vec::new() } else { vec![(label.to_owned(), numbers)] }
}

/// Whether a row is about a day, and not about a week or a month.
fn is_day(report: &Report, row: usize) -> bool {
    report.cell(row, "period").is_none_or(|period| period.as_text() == Some("day"))
}

/// The numbers of each value that has any in `column`, from the first day of any of them to the last day of the report. Which day it is, `day` says.
fn each_value(report: &Report, day: &str, column: &str) -> Vec<(String, Vec<i64>)> {
    let day = |row| report.cell(row, day).and_then(Cell::as_date).filter(|_| is_day(report, row));
    let Some(first) = (0..report.rows.len()).filter_map(day).min() else { return Vec::new() };
    let days = usize::try_from((report.to - first).get_days()).unwrap_or(0);
    let mut lines = Vec::<Option<&str>>::new();
    let mut numbers = BTreeMap::new();
    for row in 0..report.rows.len() {
        let Some(index) = day(row).and_then(|day| usize::try_from((day - first).get_days()).ok()) else { continue };
        let Some(count) = report.cell(row, column).and_then(Cell::as_count) else { continue };
        let value = report.cell(row, "value").and_then(Cell::as_text);
        if !lines.contains(&value) {
            lines.push(value);
        }
        if let Some(number) = numbers.entry(value).or_insert_with(|| vec![0; days]).get_mut(index) {
            *number = count;
        }
    }
    let label = |value: Option<&str>| printable(value.unwrap_or("–"), MAX_LABEL);
    lines.into_iter().take(MAX_LINES).filter_map(|value| Some((label(value), numbers.remove(&value)?))).collect()
}
