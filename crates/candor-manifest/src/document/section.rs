//! One table of a manifest while it is read: typed access by key, with every mismatch noted.

use super::{Content, Item, Node};
use crate::problem::Findings;

/// One table; reading a key makes it known, and [`Section::close`] complains about the keys that nobody asked for.
pub(crate) struct Section<'d> {
    /// How it is called in messages: `operation.fetch`; empty for the whole file.
    path: String,
    /// The key that opened it.
    at: Option<usize>,
    items: &'d [Item],
    asked: Vec<&'static str>,
    findings: &'d Findings,
}

/// A text and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    /// The text.
    pub(crate) text: String,
    /// The byte at which it starts.
    pub(crate) at: Option<usize>,
}

impl<'d> Section<'d> {
    /// The whole document.
    pub(crate) fn root(document: &'d Node, findings: &'d Findings) -> Self {
        let items = if let Content::Table(items) = &document.content { items.as_slice() } else { &[] };
        Self { path: String::new(), at: document.at, items, asked: Vec::new(), findings }
    }

    /// How it is called in messages, such as `operation.fetch`.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// How its key `key` is called in messages.
    pub(crate) fn path_of(&self, key: &str) -> String {
        let key = if key.contains(' ') { format!("\"{key}\"") } else { key.to_owned() };
        if self.path.is_empty() { key } else { format!("{}.{key}", self.path) }
    }

    /// Notes a problem with the section as a whole.
    pub(crate) fn problem(&self, message: impl Into<String>, fix: impl Into<String>) {
        self.findings.add(self.at, message, fix);
    }

    /// Notes a problem at a place in it.
    pub(crate) fn problem_at(&self, at: Option<usize>, message: impl Into<String>, fix: impl Into<String>) {
        self.findings.add(at.or(self.at), message, fix);
    }

    /// Notes a problem with the value of `key`.
    pub(crate) fn problem_with(&self, key: &str, message: &str, fix: impl Into<String>) {
        let at = self.items.iter().find(|item| item.key == key).map_or(self.at, |item| item.node.at);
        self.findings.add(at, format!("`{}` {message}", self.path_of(key)), fix);
    }

    /// Whether it says nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether it has `key`, without making it known.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.items.iter().any(|item| item.key == key)
    }

    fn find(&mut self, key: &'static str) -> Option<&'d Item> {
        self.asked.push(key);
        self.items.iter().find(|item| item.key == key)
    }

    fn mismatch(&self, item: &Item, wanted: &str) {
        let message = format!("`{}` is {}", self.path_of(&item.key), item.node.content.kind());
        self.findings.add(item.node.at, message, format!("write {wanted}"));
    }

    /// The text of `key` with its place, if it has one.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<Text> {
        let item = self.find(key)?;
        match &item.node.content {
            Content::Text(text) if text.trim().is_empty() => {
                self.problem_with(key, "is empty", "say something, or remove the line");
                None
            }
            Content::Text(text) => Some(Text { text: text.trim().to_owned(), at: item.node.at }),
            // A date may stand without quotes, as TOML has dates.
            Content::Date(date) => Some(Text { text: date.clone(), at: item.node.at }),
            _ => {
                self.mismatch(item, "a text in quotes");
                None
            }
        }
    }

    /// The text of `key`; a missing one is a problem, with `fix` as its remedy.
    pub(crate) fn required_text(&mut self, key: &'static str, fix: &str) -> Option<Text> {
        self.require(key, fix);
        self.text(key)
    }

    /// Notes a problem if it lacks `key`.
    pub(crate) fn require(&self, key: &str, fix: &str) {
        if !self.has(key) {
            let message = match self.path.as_str() {
                "" => format!("the manifest has no section `[{key}]`"),
                path => format!("`{path}` has no `{key}`"),
            };
            self.problem(message, fix);
        }
    }

    /// The choice that `key` makes among `choices`.
    pub(crate) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let Text { text, at } = self.text(key)?;
        let chosen = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if chosen.is_none() {
            let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            let message = format!("`{}` is \"{text}\", which is none of its values", self.path_of(key));
            self.problem_at(at, message, format!("write {}", names.join(", or ")));
        }
        chosen
    }

    /// A whole number, not negative.
    pub(crate) fn natural(&mut self, key: &'static str) -> Option<u64> {
        let item = self.find(key)?;
        let number = if let Content::Integer(number) = item.node.content { u64::try_from(number).ok() } else { None };
        if number.is_none() {
            self.mismatch(item, "a whole number, 0 or more");
        }
        number
    }

    /// A number, whole or not.
    pub(crate) fn number(&mut self, key: &'static str) -> Option<f64> {
        let item = self.find(key)?;
        match item.node.content {
            Content::Float(number) => Some(number),
            Content::Integer(number) => Some(number as f64),
            _ => {
                self.mismatch(item, "a number");
                None
            }
        }
    }

    /// A list of texts, each with its place; empty if there is none.
    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<Text> {
        let wanted = "a list of texts: [\"…\", \"…\"]";
        self.list(key, wanted, |content| if let Content::Text(text) = content { Some(text.clone()) } else { None })
            .into_iter()
            .map(|(text, at)| Text { text, at })
            .collect()
    }

    /// A list of whole numbers that are not negative; empty if there is none.
    pub(crate) fn naturals(&mut self, key: &'static str) -> Vec<u64> {
        let wanted = "a list of whole numbers: [0, 10, 100]";
        let number = |content: &Content| {
            if let Content::Integer(number) = content { u64::try_from(*number).ok() } else { None }
        };
        self.list(key, wanted, number).into_iter().map(|(number, _)| number).collect()
    }

    fn list<T>(
        &mut self,
        key: &'static str,
        wanted: &str,
        read: impl Fn(&Content) -> Option<T>,
    ) -> Vec<(T, Option<usize>)> {
        let Some(item) = self.find(key) else { return Vec::new() };
        let Content::List(list) = &item.node.content else {
            self.mismatch(item, wanted);
            return Vec::new();
        };
        let mut values = Vec::with_capacity(list.len());
        for node in list {
            match read(&node.content) {
                Some(value) => values.push((value, node.at)),
                None => {
                    let message = format!("`{}` contains {}", self.path_of(key), node.content.kind());
                    self.problem_at(node.at, message, format!("write {wanted}"));
                }
            }
        }
        values
    }

    /// The table of `key`.
    pub(crate) fn section(&mut self, key: &'static str) -> Option<Section<'d>> {
        let item = self.find(key)?;
        self.open(item, self.path_of(key))
    }

    /// The tables in the table of `key`, each with its own key, in the order of the file.
    pub(crate) fn sections(&mut self, key: &'static str) -> Vec<(Text, Section<'d>)> {
        let Some(section) = self.section(key) else { return Vec::new() };
        let named = section.items.iter().filter_map(|item| {
            let path = section.path_of(&item.key);
            Some((Text { text: item.key.clone(), at: item.at }, section.open(item, path)?))
        });
        named.collect()
    }

    fn open(&self, item: &'d Item, path: String) -> Option<Section<'d>> {
        // An empty list is how JSON spells a table of no records.
        let items = match &item.node.content {
            Content::Table(items) => items.as_slice(),
            Content::List(list) if list.is_empty() => &[],
            _ => {
                self.mismatch(item, "a table");
                return None;
            }
        };
        Some(Section { path, at: item.at, items, asked: Vec::new(), findings: self.findings })
    }

    /// Complains about every key that nobody asked for.
    pub(crate) fn close(self) {
        let mut known = self.asked.clone();
        known.sort_unstable();
        known.dedup();
        let kind = if self.path.is_empty() { "section" } else { "key" };
        for item in self.items.iter().filter(|item| !self.asked.contains(&item.key.as_str())) {
            let near = self.asked.iter().find(|known| is_near(known, &item.key));
            let fix = match near {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("remove it; known here: {}", known.join(", ")),
            };
            self.findings.add(item.at, format!("unknown {kind} `{}`", self.path_of(&item.key)), fix);
        }
    }
}

/// Whether one can be had from the other by at most two insertions, removals or replacements of a letter.
fn is_near(known: &str, written: &str) -> bool {
    let written: Vec<char> = written.chars().collect();
    let mut row: Vec<usize> = (0..=written.len()).collect();
    for (i, a) in known.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in written.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[written.len()] <= 2 && known.len() > 3
}
