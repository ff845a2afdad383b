//! How a manifest lets messages be linked.

/// How messages of one installation may be linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityMode {
    /// Not at all: no identifier, times cut to the hour, order within an upload shuffled.
    None,
    /// By a value that changes every month.
    Rotating,
    /// By a random UUID in a documented file of this name.
    Installation {
        /// The file, relative to the user's home directory (or `$CANDOR_HOME`), or absolute.
        file: &'static str,
    },
}

impl IdentityMode {
    /// Its name in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Rotating => "rotating",
            Self::Installation { .. } => "installation",
        }
    }
}
