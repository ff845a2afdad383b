//! Random words that open something.

use std::fmt;
use std::fmt::Write;

/// 256 random bits as 64 hexadecimal digits. It shows itself to nobody by accident.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Secret(String);

impl Secret {
    /// A new one from the system's generator.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })))
    }

    /// The one that a client presents.
    pub(crate) fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The word itself.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
