//! Reports on a terminal.

mod cohorts;
mod days;
mod marks;
mod paint;
mod table;

use candor_report::{Report, ReportName};

use paint::{BOLD, DIM, Paint};
pub(crate) use table::printable;

/// The narrowest and the widest screen that is made use of.
const WIDTHS: std::ops::RangeInclusive<usize> = 60..=200;

/// A report as a screen of text, with a line break at its end: a heading, the days as sparklines where it has some, its
/// table, its notes. Cohorts are a triangle, unless they are broken down. Where it was compared, the change stands beside the first number of each row.
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
    if let Some(previous) = &report.previous {
        let before = format!("compared with {} to {}", previous.from, previous.last_day());
        screen.push_str(&format!("{}\n", paint.with(DIM, &before)));
    }
    let lines = days::sparklines(report, width);
    if !lines.is_empty() {
        screen.push('\n');
    }
    for (label, line) in lines {
        screen.push_str(&format!("  {}  {}\n", paint.with(DIM, &label), paint.with(paint::ACCENT, &line)));
    }
    if report.name == ReportName::Retention && report.by.is_none() && !report.rows.is_empty() {
        screen.push('\n');
        screen.push_str(&cohorts::draw(report, width));
    } else if !report.rows.is_empty() {
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
