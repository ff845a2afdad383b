//! Minidumps: what a native crash handler wrote of a process, in an upload of its own or attached to an envelope.
//!
//! A minidump holds raw memory. Of that nothing is read here: [`MinidumpHead`] reads the few words that say what crashed on
//! what kind of system, and [`native_crash`](super::native_crash) makes a record and a report of them and of what came with
//! the dump.

mod head;
mod multipart;

pub use head::MinidumpHead;
pub use multipart::{Multipart, MultipartError, PartHead, Piece};

use crate::decode::content_id::{hash_of, hexadecimal};
use sha2::{Digest, Sha256};

/// The field of an upload that is the dump.
pub const UPLOAD_FIELD: &str = "upload_file_minidump";

/// What an envelope's attachment says of itself that is one.
pub(super) const ATTACHMENT_TYPE: &str = "event.minidump";

/// What came with a minidump, and is looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// `sentry`: an event as JSON.
    pub event: String,
    /// `sentry[release]`.
    pub release: String,
    /// `sentry[event_id]`, or the id of the envelope.
    pub event_id: String,
}

impl Fields {
    /// The place of the text of an upload's field; `None` where it is not looked at.
    pub fn of_name(&mut self, name: &str) -> Option<&mut String> {
        match name {
            "sentry" => Some(&mut self.event),
            "sentry[release]" => Some(&mut self.release),
            "sentry[event_id]" => Some(&mut self.event_id),
            _ => None,
        }
    }
}

/// What stands for the bytes of a dump: 128 bits of SHA-256, 32 hexadecimal digits.
#[derive(Debug, Default)]
pub struct ContentId(Sha256);

impl ContentId {
    /// That of a whole dump.
    #[must_use]
    pub fn of(bytes: &[u8]) -> String {
        hash_of(bytes)
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// That of all of them.
    #[must_use]
    pub fn finish(self) -> String {
        hexadecimal(&self.0.finalize()[..16])
    }
}

/// A minidump that came in an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The id of the crash that it is of, where its envelope has one.
    pub event_id: Option<String>,
    /// Whether that crash came in the envelope too, and is counted by itself.
    pub has_event: bool,
    /// The dump.
    pub bytes: Vec<u8>,
}
