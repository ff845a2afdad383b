//! The rows of a report as a table that fits the screen.

use candor_report::{Cell, Column, Report, Unit};
use comfy_table::{Attribute, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle};

use super::marks;

/// What keeps a table to the screen, in this order until it fits: bars become shorter, then these columns are left out,
/// then texts are cut.
const DISPENSABLE: [&str; 20] = [
    "p90_us",
    "runtime",
    "active_days",
    "interactive",
    "crash_free_installations",
    "identified_runs",
    "agent",
    "os_version",
    "cancelled",
    "ok",
    "counted",
    "first_seen",
    "started",
    "p99_us",
    "time_us",
    "versions",
    "error",
    "last_seen",
    "p95_us",
    "p50_us",
];

/// Lengths of bars, longest first; 0 is none.
const BARS: [usize; 3] = [10, 5, 0];

/// The most columns of a text, and the fewest that it is cut to.
const TEXT: usize = 48;
const CUT_TEXT: usize = 12;
/// The longest heading: that of a breakdown is the name of an attribute.
const CUT_HEADING: usize = 24;

/// The indentation of the whole table and the distance of its columns.
const INDENT: usize = 2;
const GAP: usize = 2;

pub(super) struct Drawn {
    pub(super) text: String,
    /// The labels of columns for which there was no place.
    pub(super) left_out: Vec<&'static str>,
}

/// Draws the rows and totals of `report` on at most `width` columns.
pub(super) fn draw(report: &Report, width: usize, colour: bool) -> Drawn {
    let all = || report.rows.iter().chain(&report.totals);
    let says_something = |index: usize| all().any(|row| row.get(index).is_some_and(|cell| *cell != Cell::Empty));
    let mut columns: Vec<_> = (0..report.columns.len()).filter(|index| says_something(*index)).collect();
    let mut left_out = Vec::new();
    let mut layout = Layout { bar: BARS[0], text: TEXT };
    let mut bars = BARS.into_iter();
    let mut dispensable = DISPENSABLE.into_iter();
    loop {
        let table = table(report, &columns, layout, colour);
        let needed = INDENT
            + table.column_max_content_widths().iter().map(|width| usize::from(*width) + GAP).sum::<usize>()
            - GAP;
        if needed <= width || (layout.bar == 0 && layout.text == CUT_TEXT && dispensable.len() == 0) {
            return Drawn { text: lines(&table), left_out };
        }
        if let Some(bar) = bars.next() {
            layout.bar = bar;
        } else if let Some(name) = dispensable.next() {
            columns.retain(|index| {
                let keep = report.columns[*index].name != name;
                if !keep {
                    left_out.push(report.columns[*index].label);
                }
                keep
            });
        } else {
            layout.text = (layout.text - 4).max(CUT_TEXT);
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Layout {
    /// Columns of a bar.
    bar: usize,
    /// The most columns of a text.
    text: usize,
}

fn table(report: &Report, columns: &[usize], layout: Layout, colour: bool) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─')));
    table.set_content_arrangement(ContentArrangement::Disabled);
    if colour {
        table.enforce_styling()
    } else {
        table.force_no_tty()
    };
    table.set_header(columns.iter().map(|index| heading(report, &report.columns[*index])));
    let main = main_column(report);
    for (place, row) in report.rows.iter().enumerate() {
        let before = report.before(place);
        table.add_row(columns.iter().map(|index| {
            let before = before.filter(|_| main == Some(*index)).map(|before| &before[*index]);
            drawn(&report.columns[*index], &row[*index], before, layout)
        }));
    }
    if let Some(totals) = &report.totals {
        let before = report.previous.as_ref().and_then(|previous| previous.totals.as_ref());
        table.add_row(columns.iter().enumerate().map(|(place, index)| match &totals[*index] {
            Cell::Empty if place == 0 => comfy_table::Cell::new("all").add_attribute(Attribute::Bold),
            cell => {
                let before = before.filter(|_| main == Some(*index)).map(|before| &before[*index]);
                drawn(&report.columns[*index], cell, before, layout).add_attribute(Attribute::Bold)
            }
        }));
    }
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if place + 1 < columns.len() { GAP as u16 } else { 0 }));
    }
    table
}

fn lines(table: &Table) -> String {
    table.lines().map(|line| format!("{}{}\n", " ".repeat(INDENT), line.trim_end())).collect()
}

/// The first number of each row: the one that a comparison is shown of.
fn main_column(report: &Report) -> Option<usize> {
    (report.keys()..report.columns.len()).find(|index| report.columns[*index].unit == Unit::Count)
}

/// How much more or less it is than before, as a share of that.
fn change(cell: &Cell, before: &Cell) -> Option<String> {
    let (now, before) = (cell.as_number()?, before.as_number()?);
    let share = (now - before) / before;
    (before > 0.0 && share.abs() < 100.0).then(|| format!("{:+.0} %", share * 100.0))
}

fn heading(report: &Report, column: &Column) -> comfy_table::Cell {
    let alignment = if column.unit.is_number() { CellAlignment::Right } else { CellAlignment::Left };
    comfy_table::Cell::new(printable(report.heading(column), CUT_HEADING))
        .set_alignment(alignment)
        .add_attribute(Attribute::Dim)
}

fn drawn(column: &Column, cell: &Cell, before: Option<&Cell>, layout: Layout) -> comfy_table::Cell {
    let change = before.and_then(|before| change(cell, before));
    let text = match cell {
        Cell::Empty => "–".to_owned(),
        Cell::Share(share) if layout.bar > 0 => format!("{} {:>7}", marks::bar(*share, layout.bar), cell.to_text()),
        Cell::Flag(true) => format!("✓ {}", column.label),
        Cell::Flag(false) => String::new(),
        Cell::Text(text) => printable(text, layout.text),
        cell => match change {
            Some(change) => format!("{} ({change})", cell.to_text()),
            None => cell.to_text(),
        },
    };
    let alignment = if column.unit.is_number() { CellAlignment::Right } else { CellAlignment::Left };
    let drawn = comfy_table::Cell::new(text).set_alignment(alignment);
    match colour(column, cell) {
        Some(colour) => drawn.fg(colour),
        None if *cell == Cell::Empty => drawn.add_attribute(Attribute::Dim),
        None => drawn,
    }
}

/// Success is green, failure is red, and what is none of both has the terminal's own colour.
fn colour(column: &Column, cell: &Cell) -> Option<Color> {
    match (column.name, cell) {
        ("success", Cell::Share(share)) if *share >= 0.98 => Some(Color::Green),
        ("success", Cell::Share(share)) if *share >= 0.9 => Some(Color::Yellow),
        ("success", Cell::Share(_)) => Some(Color::Red),
        ("error", Cell::Count(1..)) => Some(Color::Red),
        ("latest", Cell::Flag(true)) => Some(Color::Green),
        (_, Cell::Share(_)) if column.unit == Unit::Share => Some(Color::Cyan),
        _ => None,
    }
}

/// `text` without anything that moves the cursor, turns the writing or changes colours, cut to `width` characters.
pub(crate) fn printable(text: &str, width: usize) -> String {
    let mut printable: String = text.chars().map(|char| if is_command(char) { '\u{fffd}' } else { char }).collect();
    if printable.chars().count() > width {
        printable = printable.chars().take(width.saturating_sub(1)).collect();
        printable.push('…');
    }
    printable
}

/// Control characters, and those that reorder the text around them.
fn is_command(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
