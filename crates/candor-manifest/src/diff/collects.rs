//! What a user agrees to, as lines that can be kept and compared.

use super::statements::Statements;
use crate::Manifest;

impl Manifest {
    /// What a user agrees to, a line each, sorted: a manifest that collects more than another one has a line that the
    /// other does not have. `docs/manifest.md` lists how they are spelled.
    ///
    /// They are made of what [`crate::diff`] compares: whatever it calls more adds or changes a line.
    #[must_use]
    pub fn collects(&self) -> Vec<String> {
        let statements = Statements::of(self);
        let mut lines: Vec<String> = statements.iter().flat_map(|statement| statement.lines.clone()).collect();
        let consent = &self.consent;
        let mut switches: Vec<&String> = consent.flags.iter().chain(&consent.variables).collect();
        switches.extend(&consent.level_variable);
        switches.sort_unstable();
        // The loss of a switch is news, so all of them are one line.
        let switches: Vec<&str> = switches.into_iter().map(String::as_str).collect();
        lines.push(format!("switches={}", switches.join(" ")));
        lines.sort_unstable();
        lines
    }
}
