//! Cohorts as a triangle: a line for each, a column for each week after the first.

use candor_report::{Cell, Report};

/// What the cohort and its size take of a line, and what each week does.
const BEFORE: usize = 22;
const WEEK: usize = 8;

/// Draws the cohorts of `report` on at most `width` columns; later weeks than fit are left out. They are those that are
/// known without identifiers, where there are any.
pub(super) fn draw(report: &Report, width: usize) -> String {
    let has_flags = (0..report.rows.len()).any(|row| matches!(report.cell(row, "size"), Some(Cell::Count(_))));
    let (size, retained) = if has_flags { ("size", "retained") } else { ("identified_size", "identified_retained") };
    let cell = |row, column| report.cell(row, column).cloned().unwrap_or(Cell::Empty);
    let week = |row| cell(row, "week").as_count().and_then(|week| usize::try_from(week).ok()).unwrap_or(0);
    let fitting = width.saturating_sub(BEFORE) / WEEK;
    let last = (0..report.rows.len()).map(week).max().unwrap_or(0);
    let weeks = (0..=last).take(fitting).map(|week| format!("{:>WEEK$}", format!("week {week}")));
    let mut text = format!("  {:<10}  {:>7} {}", "cohort", "size", weeks.collect::<String>());
    for row in 0..report.rows.len() {
        let week = week(row);
        if week == 0 {
            text.push_str(&format!("\n  {:<10}  {:>7} ", cell(row, "cohort").to_text(), cell(row, size).to_text()));
        }
        if week < fitting {
            text.push_str(&format!("{:>WEEK$}", cell(row, retained).to_text()));
        }
    }
    text.push('\n');
    text
}
