//! What reading has in common, whatever the protocol.
//!
//! One pass over the bytes, without a document in between: [`object`] reads the members that matter into a struct and
//! skips the rest. Depth and counts are bounded while they are read, so that no body can take more memory than a small
//! multiple of itself.

pub(crate) mod attributes;
pub(crate) mod clock;
pub(crate) mod content_id;
mod error;
pub(crate) mod items;
pub(crate) mod limits;
pub(crate) mod list;
pub(crate) mod object;
pub(crate) mod quick;
mod repair;
pub(crate) mod scalar;
pub(crate) mod stack;

pub use error::{DecodeError, Dropped};
pub use limits::Limits;

use serde_core::de::DeserializeSeed;
use serde_json::error::Category;

use crate::{ParseTimestampError, Timestamp};
use object::{Into, Members};
pub(crate) use repair::repair;

/// A point in time as a client gave it: not at all, unreadable, or readable.
pub(crate) type Claim = Option<Result<Timestamp, ParseTimestampError>>;

/// Reads the members of the one object that `text` is. Its value says whether it is an object.
pub(crate) fn read_object<'de>(text: &'de str, target: &mut impl Members<'de>) -> Result<bool, serde_json::Error> {
    read_seed(text, Into(target))
}

/// Reads the one value that `text` is.
pub(crate) fn read_seed<'de, S: DeserializeSeed<'de>>(text: &'de str, seed: S) -> Result<S::Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Reads a body that is JSON. What encoders write that is not quite JSON (half a surrogate pair, `NaN`) is read as
/// `\ufffd` and `null`, as the rest of such a batch is good.
pub(crate) fn read_body<T>(body: &[u8], read: impl Fn(&str) -> Result<T, DecodeError>) -> Result<T, DecodeError> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let text = std::str::from_utf8(body).map_err(|_| DecodeError::InvalidUtf8)?;
    match read(text) {
        Err(error @ DecodeError::NotJson { .. }) => match repair(text) {
            Some(repaired) => read(&repaired),
            None => Err(error),
        },
        read => read,
    }
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

/// A language runtime with its version: `python 3.11`.
pub(crate) fn runtime_of(name: Option<String>, version: Option<String>) -> Option<String> {
    match (name, version) {
        (Some(name), Some(version)) => Some(format!("{name} {version}")),
        (name, _) => name,
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
