//! That the tool crashed.

use serde_json::Value;

use super::{Collect, Entry, Reading};
use crate::{consent::name_in, document::Section};

/// The `[crash]` of a manifest: reports of panics and native crashes, one by one as they happen.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Crash {
    /// What every record has; it has no fields, and its `collect` is [`Collect::Each`], with or without a reason.
    pub entry: Entry,
    /// What of the messages of panics is in a report.
    pub messages: Messages,
}

/// What of the messages of panics is in a crash report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Messages {
    /// Nothing.
    None,
    /// Messages that are part of the binary; one that was put together at run time is left out.
    Static,
    /// Also those put together at run time, after what looks personal was replaced.
    Scrubbed,
}

const MESSAGES: &[(&str, Messages)] =
    &[("none", Messages::None), ("static", Messages::Static), ("scrubbed", Messages::Scrubbed)];

impl Messages {
    /// Its name in the manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        name_in(MESSAGES, self)
    }
}

impl Crash {
    /// What its entry is called; the names of records are types of crashes, which no manifest knows beforehand.
    pub(crate) const NAME: &'static str = "crash";

    pub(crate) fn read(mut section: Section<'_>, reading: &Reading) -> Self {
        let entry = Entry::read_words(&mut section, Self::NAME.to_owned(), reading);
        if section.choice("collect", &[("aggregate", false), ("each", true)]) == Some(false) {
            let fix = "remove the line, or write collect = \"each\"";
            section.problem_with("collect", "is \"aggregate\", and crashes cannot be added up", fix);
        }
        let reason = section.text("each_reason").map(|reason| reason.text).unwrap_or_default();
        let messages = section.choice("messages", MESSAGES).unwrap_or(Messages::Static);
        section.close();
        Self { entry: Entry { collect: Collect::Each { reason }, ..entry }, messages }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut object = self.entry.to_json();
        object.remove("name");
        object.remove("fields");
        object.insert("messages".to_owned(), self.messages.as_str().into());
        object.into()
    }
}
