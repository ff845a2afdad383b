//! Every text of a record or a report passes here on its way to the spool.
//!
//! Names from the manifest and from the program pass what recognises secrets by their looks. What the tool makes at run
//! time also passes what this process knows to be one: its machine's name, its home, the values of variables that call
//! themselves secret. The environment of a record does not pass: it is made of closed lists, and of versions that were
//! checked (`environment/`), where a machine called `linux` must change nothing.

use std::{
    borrow::Cow,
    sync::{Mutex, OnceLock},
};

use candor_privacy::{Known, scrub, scrub_knowing};
use candor_wire::{
    Attribute, Kind, Record, Value,
    sentry::{CrashReport, Exception, Frame, Image},
};

use crate::{record::lock, variables};

/// Texts of records are few and come again; more than these are no names.
const MOST_REMEMBERED: usize = 1024;

/// Of a message. What is longer is not scrubbed to its end, but cut.
const MOST_MESSAGE_BYTES: usize = 16 * 1024;

/// Of a message that is kept.
const KEPT_MESSAGE_BYTES: usize = 2 * 1024;

/// The scrubber of a run.
#[derive(Debug, Default)]
pub(crate) struct Scrubber {
    known: OnceLock<Known>,
    /// What became of the texts that took long to look at, sorted by them.
    remembered: Mutex<Vec<(String, String)>>,
}

impl Scrubber {
    /// Scrubs every text of a record, keys as well as values.
    pub(crate) fn record(&self, record: &mut Record) {
        let Record { kind, name, parent, error_class, attributes, .. } = record;
        if *kind == Kind::Component {
            self.text(name)
        } else {
            program(name)
        }
        [parent, error_class].into_iter().flatten().for_each(program);
        for Attribute { name, value } in attributes {
            program(name);
            if let Value::Text(text) | Value::Json(text) = value {
                self.text(text);
            }
        }
    }

    /// Scrubs every text of a report.
    pub(crate) fn report(&self, report: &mut CrashReport) {
        let CrashReport { message, exceptions, frames, images, transaction, .. } = report;
        message.iter_mut().for_each(|text| self.message(text));
        for Exception { class, value, mechanism, .. } in exceptions {
            program(class);
            value.iter_mut().for_each(|text| self.message(text));
            mechanism.iter_mut().for_each(program);
        }
        for Frame { function, module, filename, .. } in frames {
            [function, module, filename].into_iter().flatten().for_each(program);
        }
        for Image { code_file, .. } in images {
            code_file.iter_mut().for_each(|text| self.text(text));
        }
        transaction.iter_mut().for_each(program);
    }

    /// A text that was made at run time, at most once for each.
    fn text(&self, text: &mut String) {
        if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            // Nothing to recognise: this costs less than to remember it.
            return replace(text, |text| scrub_knowing(text, self.known()));
        }
        let mut remembered = lock(&self.remembered);
        match remembered.binary_search_by(|(known, _)| known.as_str().cmp(text)) {
            Ok(at) => text.clone_from(&remembered[at].1),
            Err(at) => {
                let before = text.clone();
                replace(text, |text| scrub_knowing(text, self.known()));
                if remembered.len() < MOST_REMEMBERED {
                    remembered.insert(at, (before, text.clone()));
                }
            }
        }
    }

    /// A text that somebody wrote.
    fn message(&self, text: &mut String) {
        if text.len() > MOST_MESSAGE_BYTES {
            // In the middle of a word half of a secret could be left, and not be recognised.
            let end = text[..text.floor_char_boundary(MOST_MESSAGE_BYTES)].rfind(char::is_whitespace);
            text.truncate(end.unwrap_or(0));
        }
        replace(text, |text| scrub_knowing(text, self.known()));
        text.truncate(text.floor_char_boundary(KEPT_MESSAGE_BYTES));
    }

    fn known(&self) -> &Known {
        self.known.get_or_init(variables::known)
    }
}

/// A text that is part of the program.
fn program(text: &mut String) {
    replace(text, scrub);
}

fn replace(text: &mut String, scrub: impl Fn(&str) -> Cow<'_, str>) {
    if let Cow::Owned(scrubbed) = scrub(text) {
        *text = scrubbed;
    }
}
