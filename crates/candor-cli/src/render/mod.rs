//! Reports on a terminal.

mod marks;
mod paint;
mod table;

use candor_report::{Cell, Report, ReportName};

use paint::{BOLD, DIM, Paint};
pub(crate) use table::printable;

/// The narrowest and the widest screen that is made use of.
const WIDTHS: std::ops::RangeInclusive<usize> = 60..=200;

/// A report as a screen of text, with a line break at its end: a heading, the days as a sparkline where it has some, its
/// table, its notes.
///
/// No line is wider than `width` columns, which is held to 60 to 200. Without `colour` there is no escape code in it, and
/// with it none that comes from the report: control characters in names are replaced.
pub(crate) fn report(report: &Report, width: usize, colour: bool) -> String {
    let width = width.clamp(*WIDTHS.start(), *WIDTHS.end());
    let paint = Paint::new(colour);
    let days = format!("{} to {}", report.from, report.last_day());
    let project = printable(&report.project, width.saturating_sub(report.name.title().len() + days.len() + 5));
    let mut screen =
        format!("{}  {}\n", paint.with(BOLD, report.name.title()), paint.with(DIM, &format!("{project} · {days}")));
    if let Some(line) = sparkline(report, width) {
        screen.push_str(&format!("\n  {}  {}\n", paint.with(DIM, "runs a day"), paint.with(paint::ACCENT, &line)));
    }
    if !report.rows.is_empty() {
        let drawn = table::draw(report, width, colour);
        screen.push('\n');
        screen.push_str(&drawn.text);
        if !drawn.left_out.is_empty() {
            let note =
                format!("Not on this screen: {}. A wider one, --json or --csv has all.", drawn.left_out.join(", "));
            push_note(&mut screen, &note, width, paint);
        }
    }
    for note in &report.notes {
        push_note(&mut screen, note, width, paint);
    }
    screen
}

/// The runs of each day, where the report has days and there are at least two.
fn sparkline(report: &Report, width: usize) -> Option<String> {
    if report.name != ReportName::Overview || report.rows.len() < 2 {
        return None;
    }
    let runs = |row| report.cell(row, "runs").and_then(Cell::as_count).unwrap_or(0);
    let runs: Vec<_> = (0..report.rows.len()).map(runs).collect();
    // What stands before it takes fourteen columns.
    Some(marks::sparkline(&runs, width - 14))
}

/// A note behind the table, broken between words.
fn push_note(screen: &mut String, note: &str, width: usize, paint: Paint) {
    let mut line = String::new();
    let mut flush = |line: &mut String| {
        screen.push_str(&format!("  {}\n", paint.with(DIM, line)));
        line.clear();
    };
    for word in printable(note, usize::MAX).split(' ') {
        if !line.is_empty() && line.chars().count() + word.chars().count() + 3 > width {
            flush(&mut line);
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    flush(&mut line);
}

#[cfg(test)]
mod tests;
