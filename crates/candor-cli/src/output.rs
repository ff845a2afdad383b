//! What commands print on stdout.

use std::io::{IsTerminal, Write, stdout};

use candor_wire::Timestamp;
use comfy_table::{LineStyle, Table, TableStyle};

use crate::failure::Failure;

/// The width of output that is not shown on a terminal: wide enough for every report, narrow enough for a mail.
const WIDTH_WITHOUT_TERMINAL: u16 = 120;

/// Prints a text, with a line break at its end if it has none. Colours are left out where they are not wanted
/// (`NO_COLOR`, no terminal).
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// `2026-11-22`
pub(crate) fn day(time: Timestamp) -> String {
    let text = time.to_string();
    text.get(..10).unwrap_or(&text).to_owned()
}

/// Whether colours are wanted on stdout.
pub(crate) fn colour() -> bool {
    anstream::AutoStream::choice(&stdout()) != anstream::ColorChoice::Never
}

/// How many columns stdout shows.
pub(crate) fn width() -> usize {
    let shown = if stdout().is_terminal() { terminal_width() } else { None };
    usize::from(shown.unwrap_or(WIDTH_WITHOUT_TERMINAL))
}

/// An empty table that looks like those of reports.
pub(crate) fn table() -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─')));
    table
}

fn terminal_width() -> Option<u16> {
    Table::new().width()
}
