//! What reading has in common, whatever the protocol.
//!
//! One pass over the bytes, without a document in between: [`object`] reads the members that matter into a struct and
//! skips the rest. Depth and counts are bounded while they are read, so that no body can take more memory than a small
//! multiple of itself.

pub(crate) mod clock;
mod error;
pub(crate) mod limits;
pub(crate) mod object;
pub(crate) mod repair;
pub(crate) mod scalar;

pub use error::{DecodeError, Dropped};
pub use limits::Limits;

use serde_core::de::DeserializeSeed;
use serde_json::error::Category;

use crate::{ParseTimestampError, Timestamp};
use object::{Into, Members};

/// A point in time as a client gave it: not at all, unreadable, or readable.
pub(crate) type Claim = Option<Result<Timestamp, ParseTimestampError>>;

/// Reads the members of the one object that `text` is. Its value says whether it is an object.
pub(crate) fn read_object<'de>(text: &'de str, target: &mut impl Members<'de>) -> Result<bool, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let was_object = Into(target).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(was_object)
}

/// Foreign clients call systems by many names; the columns know `linux`, `macos`, `windows`, …
pub(crate) fn usual_os_name(name: String) -> String {
    let name = name.to_lowercase();
    match name.as_str() {
        "darwin" | "mac os x" | "mac os" | "osx" => "macos".to_owned(),
        "win32" | "windows nt" | "windows_nt" => "windows".to_owned(),
        _ => name,
    }
}

impl From<&serde_json::Error> for DecodeError {
    fn from(error: &serde_json::Error) -> Self {
        match error.classify() {
            Category::Eof => Self::Truncated,
            _ => Self::NotJson { line: error.line(), column: error.column() },
        }
    }
}
