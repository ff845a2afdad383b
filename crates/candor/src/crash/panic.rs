//! What a panic says of itself.

use std::{panic::PanicHookInfo, thread};

use candor_wire::sentry::Exception;

use crate::declared::Messages;

/// What is taken out of a panic while it is under way.
#[derive(Debug)]
pub(super) struct Panic {
    pub(super) message: Option<String>,
    pub(super) file: String,
    pub(super) line: u32,
    is_main: bool,
}

/// The compiler's own panics about a panic that is reported already.
const FOLLOW_UPS: &[&str] = &["panic in a function that cannot unwind", "panic in a destructor during cleanup"];

/// How messages begin that the standard library puts together, as far as they are part of it.
const BEGINNINGS: &[&str] = &[
    "called `Result::unwrap()` on an `Err` value",
    "called `Result::unwrap_err()` on an `Ok` value",
    "index out of bounds",
    "assertion `left == right` failed",
    "assertion `left != right` failed",
    "slice index starts at",
    "range start index",
    "range end index",
    "RefCell already borrowed",
    "RefCell already mutably borrowed",
];

impl Panic {
    /// `None` for what follows from a panic that is reported already, or has no place.
    pub(super) fn of(info: &PanicHookInfo<'_>, messages: Messages) -> Option<Self> {
        let fixed = info.payload().downcast_ref::<&'static str>().copied();
        if fixed.is_some_and(|text| FOLLOW_UPS.contains(&text)) {
            return None;
        }
        let formatted = info.payload().downcast_ref::<String>().map(String::as_str);
        let place = info.location()?;
        Some(Self {
            message: message(fixed, formatted, messages),
            file: place.file().to_owned(),
            line: place.line(),
            is_main: thread::current().name() == Some("main"),
        })
    }

    /// The exception of a report. Whether somebody catches the panic is not known yet: on the main thread it nearly always
    /// ends the tool, and of another thread's it is not said.
    pub(super) fn exception(&self) -> Exception {
        let ends_the_tool = self.is_main || cfg!(panic = "abort");
        Exception {
            class: "panic".to_owned(),
            value: self.message.clone(),
            mechanism: Some(if ends_the_tool { "panic" } else { "panic.thread" }.to_owned()),
            handled: ends_the_tool.then_some(false),
        }
    }
}

fn message(fixed: Option<&str>, formatted: Option<&str>, messages: Messages) -> Option<String> {
    let beginning =
        || formatted.and_then(|text| BEGINNINGS.iter().copied().find(|beginning| text.starts_with(beginning)));
    let text = match messages {
        Messages::None => None,
        Messages::Static => fixed.or_else(beginning),
        Messages::Scrubbed => fixed.or(formatted),
    };
    text.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_kept_as_far_as_the_manifest_lets_it() {
        let formatted = Some("called `Result::unwrap()` on an `Err` value: ada");
        let beginning = Some("called `Result::unwrap()` on an `Err` value".to_owned());
        for (fixed, formatted, messages, expected) in [
            (Some("no table"), None, Messages::None, None),
            (Some("no table"), None, Messages::Static, Some("no table".to_owned())),
            (None, Some("no table of ada"), Messages::Static, None),
            (None, formatted, Messages::Static, beginning),
            (None, Some("no table of ada"), Messages::Scrubbed, Some("no table of ada".to_owned())),
            (None, None, Messages::Scrubbed, None),
        ] {
            assert_eq!(message(fixed, formatted, messages), expected, "{fixed:?} {formatted:?} {messages:?}");
        }
    }
}
