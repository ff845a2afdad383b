//! A log in the place of a collector: what would be sent, for a user to read, and nothing is sent.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use super::{Answer, Destination, Request};

/// A file that requests are written to, one after the other.
#[derive(Debug)]
pub(crate) struct Log {
    file: File,
}

impl Log {
    /// Opens the log, which is made where there is none.
    ///
    /// # Errors
    /// When it cannot be written to.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        OpenOptions::new().append(true).create(true).open(path).map(|file| Self { file })
    }
}

impl Destination for Log {
    fn deliver(&mut self, request: &Request) -> Answer {
        match self.file.write_all(request.to_string().as_bytes()) {
            Ok(()) => Answer::Accepted,
            Err(error) => Answer::Unavailable { reason: error.to_string(), retry_after: None },
        }
    }
}
