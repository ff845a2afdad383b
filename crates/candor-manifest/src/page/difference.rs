//! Whether a page that was published is still the one that the manifest makes.

/// The first line in which a published page differs from the one that it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The line, from 1.
    pub line: usize,
    /// What stands there; nothing where the page ends before it.
    pub found: Option<String>,
    /// What should stand there; nothing where the page should have ended.
    pub wanted: Option<String>,
}

impl Difference {
    /// Compares line by line. Ends of lines, and blank space at their ends and at the end of the page, do not matter:
    /// editors and version control change them.
    #[must_use]
    pub fn first(found: &str, wanted: &str) -> Option<Self> {
        let lines = |text: &str| text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
        let (found, wanted) = (lines(found), lines(wanted));
        let at = (0..found.len().max(wanted.len())).find(|at| found.get(*at) != wanted.get(*at))?;
        Some(Self { line: at + 1, found: found.get(at).cloned(), wanted: wanted.get(at).cloned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told() {
        let first =
            |found, wanted| Difference::first(found, wanted).map(|first| (first.line, first.found, first.wanted));
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(first("a\r\nb \n\n", "a\nb\n"), None);
        assert_eq!(first("a\nB\nc", "a\nb\nC"), Some((2, text("B"), text("b"))));
        assert_eq!(first("a", "a\nb"), Some((2, None, text("b"))));
        assert_eq!(first("a\n\nb", "a"), Some((2, text(""), None)));
    }
}
