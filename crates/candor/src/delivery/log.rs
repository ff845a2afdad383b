//! A log in the place of a collector: what would be sent, for a user to read, and nothing is sent.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use super::{Answer, Destination, Request};
use crate::text;

/// A file that requests are written to, one after the other.
#[derive(Debug)]
pub(crate) struct Log {
    file: File,
}

impl Log {
    /// Opens the log, which is made where there is none. It may be a terminal or a pipe, where nobody is waited for.
    ///
    /// # Errors
    /// When it cannot be written to.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let without_waiting = libc::O_NONBLOCK | libc::O_NOCTTY;
        let mut options = OpenOptions::new();
        options.append(true).create(true).custom_flags(without_waiting).open(path).map(|file| Self { file })
    }
}

impl Destination for Log {
    fn deliver(&mut self, request: &Request) -> Answer {
        match self.file.write_all(text::of(request).as_bytes()) {
            Ok(()) => Answer::Accepted,
            Err(error) => Answer::Unavailable { reason: text::of(&error), retry_after: None },
        }
    }
}
