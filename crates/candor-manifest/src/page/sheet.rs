//! What the page is written on: Markdown, or MDX as documentation sites read it.

/// How the page is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For a repository or any site.
    #[default]
    Markdown,
    /// For Docusaurus and its like: front matter with the title, and admonitions (`:::note`).
    Mdx,
}

/// A page that grows from the top, block by block.
pub(super) struct Sheet {
    text: String,
    format: Format,
}

impl Sheet {
    /// A page with its title; `about` is one sentence for lists of pages.
    pub(super) fn new(format: Format, title: &str, about: &str) -> Self {
        let text = match format {
            Format::Markdown => format!("# {title}\n\n"),
            // YAML reads JSON's texts.
            Format::Mdx => {
                let quoted = |text: &str| serde_json::Value::from(text).to_string();
                format!("---\ntitle: {}\ndescription: {}\n---\n\n", quoted(title), quoted(about))
            }
        };
        Self { text, format }
    }

    /// The page, ending in one line break.
    pub(super) fn finish(self) -> String {
        format!("{}\n", self.text.trim_end())
    }

    /// A heading of level 2 or deeper.
    pub(super) fn heading(&mut self, level: usize, text: &str) {
        let line = format!("{} {}", "#".repeat(level), self.line(text));
        self.block(&line);
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        let line = self.line(text);
        self.block(&line);
    }

    pub(super) fn list<T: AsRef<str>>(&mut self, items: &[T]) {
        let lines: Vec<String> = items.iter().map(|item| format!("* {}", self.line(item.as_ref()))).collect();
        self.block(&lines.join("\n"));
    }

    /// A table; nothing where it has no rows.
    pub(super) fn table<const COLUMNS: usize>(&mut self, head: [&str; COLUMNS], rows: &[[String; COLUMNS]]) {
        if rows.is_empty() {
            return;
        }
        // A cell ends at a bar.
        let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let mut lines = vec![row(head.map(str::to_owned).into()), format!("|{}", "---|".repeat(COLUMNS))];
        lines.extend(
            rows.iter().map(|cells| row(cells.iter().map(|cell| self.line(cell).replace('|', "\\|")).collect())),
        );
        self.block(&lines.join("\n"));
    }

    /// Something that nobody should miss.
    pub(super) fn note<T: AsRef<str>>(&mut self, title: &str, items: &[T]) {
        let items = items.iter().map(|item| format!("* {}", self.line(item.as_ref()))).collect::<Vec<_>>();
        let text = match self.format {
            Format::Markdown => format!("> **{title}**\n>\n> {}", items.join("\n> ")),
            Format::Mdx => format!(":::note[{title}]\n\n{}\n\n:::", items.join("\n")),
        };
        self.block(&text);
    }

    fn block(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push_str("\n\n");
    }

    /// The text in one line, and in MDX without what would be read as code.
    fn line(&self, text: &str) -> String {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match self.format {
            Format::Markdown => line,
            Format::Mdx => without_code(&line),
        }
    }
}

/// MDX reads tags, expressions in braces and modules; not between backticks, where nothing is to be escaped.
fn without_code(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    // A backtick without another one is a character like any other.
    let mut ticks_left = line.matches('`').count() / 2 * 2;
    let mut is_verbatim = false;
    for character in line.chars() {
        if character == '`' && ticks_left > 0 {
            is_verbatim = !is_verbatim;
            ticks_left -= 1;
        }
        if !is_verbatim && matches!(character, '<' | '{' | '}') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    match escaped.split_once(' ') {
        Some(("import", rest)) => format!("&#105;mport {rest}"),
        Some(("export", rest)) => format!("&#101;xport {rest}"),
        _ => escaped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mdx_runs_nothing_that_a_manifest_says() {
        assert_eq!(without_code("1 < 2, {x} and `a < {b}`"), "1 \\< 2, \\{x\\} and `a < {b}`");
        assert_eq!(without_code("a ` is <b>"), "a ` is \\<b>");
        assert_eq!(without_code("export of {all}"), "&#101;xport of \\{all\\}");
        assert_eq!(without_code("Exports"), "Exports");
    }

    #[test]
    fn what_an_author_wrote_on_several_lines_stays_in_its_block() {
        let mut sheet = Sheet::new(Format::Markdown, "Title", "About.");
        sheet.list(&["a\n# no heading", "b"]);
        sheet.table(["x"], &[["c |\n d".to_owned()]]);
        assert_eq!(sheet.finish(), "# Title\n\n* a # no heading\n* b\n\n| x |\n|---|\n| c \\| d |\n");
    }

    #[test]
    fn mdx_has_its_title_in_front() {
        let mut sheet = Sheet::new(Format::Mdx, "What \"x\" is", "About.");
        sheet.note("In short", &["one", "two"]);
        let expected = "---\ntitle: \"What \\\"x\\\" is\"\ndescription: \"About.\"\n---\n\n:::note[In short]\n\n* one\n* two\n\n:::\n";
        assert_eq!(sheet.finish(), expected);
    }
}
