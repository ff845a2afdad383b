//! What goes to the terminal: answers to standard output, everything else to standard error.

use std::{
    error::Error,
    io::{self, Write},
};

use comfy_table::{Attribute, Cell, Table, presets};
use inventory_store::{Classified, ErrorClass, with_causes};
use serde::Serialize;

/// Writes an answer. That nobody reads it to its end (`| head`) is no failure.
///
/// # Errors
/// [`OutputError`] where standard output cannot be written for another reason, such as a full disk.
pub(crate) fn print(text: &str) -> Result<(), OutputError> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => Err(OutputError { source }),
        _ => Ok(()),
    }
}

/// Writes an answer as one JSON document and a line feed.
///
/// # Errors
/// As [`print`].
pub(crate) fn print_json(answer: &impl Serialize) -> Result<(), OutputError> {
    let text = serde_json::to_string_pretty(answer).map_err(|error| OutputError { source: error.into() })?;
    print(&(text + "\n"))
}

/// An error and its causes, in one line where they are. Standard error that is closed is not worth an error.
pub(crate) fn report_error(error: &dyn Error) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    let _ = writeln!(anstream::stderr(), "{style}error{style:#}: {}", printable(&with_causes(error)));
}

/// Something that the user should know although the command goes on.
pub(crate) fn warn(text: &str) {
    let style = anstyle::AnsiColor::Yellow.on_default().bold();
    let _ = writeln!(anstream::stderr(), "{style}warning{style:#}: {}", printable(text));
}

/// A table without lines, to be filled. Colours are taken out on the way to what is no terminal.
pub(crate) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).enforce_styling().style_text_only();
    table.set_header(header.map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
}

/// The table's lines, without blanks at their ends.
pub(crate) fn lines(table: &Table) -> String {
    table.trim_fmt() + "\n"
}

/// Text of the machine, such as the name of a process, must not command the terminal.
pub(crate) fn printable(text: &str) -> String {
    let escaped = |c: char| c.is_control() && c != '\n';
    text.chars().map(|c| if escaped(c) { c.escape_default().to_string() } else { c.to_string() }).collect()
}

/// Why an answer could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to standard output")]
pub(crate) struct OutputError {
    source: io::Error,
}

impl Classified for OutputError {
    fn class(&self) -> ErrorClass {
        ErrorClass::Output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_the_machine_cannot_command_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\tä"), "a\\u{1b}[31mb\\tä");
    }
}
