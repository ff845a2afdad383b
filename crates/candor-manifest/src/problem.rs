//! What is wrong with a manifest, where, and what to do about it.

use std::{cell::RefCell, fmt};

/// One thing that is wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The line, from 1; 0 where the manifest came as JSON, which has no lines of its own.
    pub line: usize,
    /// The column in characters, from 1; 0 where the manifest came as JSON.
    pub column: usize,
    /// What is wrong; it names the key.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

/// Everything that is wrong with a manifest, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The problems, in the order of their lines.
    #[must_use]
    pub fn as_slice(&self) -> &[Problem] {
        &self.0
    }

    /// The problems as text, each as `FILE:LINE:COLUMN: MESSAGE` and, indented below it, `fix: …`.
    ///
    /// ```
    /// let problems = candor_manifest::Manifest::parse("[aplication]").unwrap_err();
    /// assert!(problems.render("telemetry.toml").starts_with("telemetry.toml:1:1: the manifest has no section `[application]`\n  fix: "));
    /// assert!(problems.render("telemetry.toml").contains("telemetry.toml:1:2: unknown section `aplication`"));
    /// ```
    #[must_use]
    pub fn render(&self, file: &str) -> String {
        let lines: Vec<String> = self.0.iter().map(|problem| problem.render(file)).collect();
        lines.join("\n")
    }
}

impl Problem {
    /// The problem as text; see [`Problems::render`].
    #[must_use]
    pub fn render(&self, file: &str) -> String {
        let Self { line, column, message, fix } = self;
        match line {
            0 => format!("{file}: {message}\n  fix: {fix}"),
            _ => format!("{file}:{line}:{column}: {message}\n  fix: {fix}"),
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render("telemetry.toml"))
    }
}

impl std::error::Error for Problems {}

/// Gathers problems while a manifest is read, so that all of them are told at once.
#[derive(Debug, Default)]
pub(crate) struct Findings(RefCell<Vec<(Option<usize>, String, String)>>);

impl Findings {
    /// Notes a problem at a byte of the text, or at none where there is no text.
    pub(crate) fn add(&self, at: Option<usize>, message: impl Into<String>, fix: impl Into<String>) {
        self.0.borrow_mut().push((at, message.into(), fix.into()));
    }

    /// Whether nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// The problems, with lines and columns of `text`.
    pub(crate) fn into_problems(self, text: &str) -> Problems {
        let mut found = self.0.into_inner();
        found.sort_by_key(|(at, ..)| *at);
        let problems = found.into_iter().map(|(at, message, fix)| {
            let (line, column) = at.map_or((0, 0), |at| line_and_column(text, at));
            Problem { line, column, message, fix }
        });
        Problems(problems.collect())
    }
}

/// The line and the column, both from 1, of a byte offset; one past the end is the end.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines_and_columns_in_characters() {
        let text = "a\nä = 1\r\nb";
        assert_eq!(line_and_column(text, 0), (1, 1));
        assert_eq!(line_and_column(text, 2), (2, 1));
        assert_eq!(line_and_column(text, 5), (2, 3), "ä is two bytes and one column");
        assert_eq!(line_and_column(text, 10), (3, 1));
        assert_eq!(line_and_column(text, 999), (3, 2));
    }
}
