//! Which of a project's facts a question is about.

use std::{fmt, str::FromStr};

/// A column of `facts` that can be filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Dimension {
    /// The tool's version.
    Version,
    /// The operating system.
    Os,
    /// The processor's architecture.
    Arch,
    /// In CI or not.
    Ci,
    /// How the tool was installed.
    Channel,
    /// The country it ran in.
    Country,
}

impl Dimension {
    /// Every dimension, in the order of their definition.
    pub const ALL: [Self; 6] = [Self::Version, Self::Os, Self::Arch, Self::Ci, Self::Channel, Self::Country];

    /// The name in commands and addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Os => "os",
            Self::Arch => "arch",
            Self::Ci => "ci",
            Self::Channel => "channel",
            Self::Country => "country",
        }
    }

    /// What a filter by it keeps, in one line.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Version => "Only this version of the tool",
            Self::Os => "Only this operating system, such as linux",
            Self::Arch => "Only this architecture, such as x86_64",
            Self::Ci => "Only runs in CI (yes) or only runs elsewhere (no)",
            Self::Channel => "Only what was installed this way, such as homebrew",
            Self::Country => "Only this country, by its two-letter code",
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A condition on the facts that are looked at.
///
/// Filters of one dimension are alternatives, filters of different dimensions must all hold. Values are bound to the
/// query as parameters, so every text is harmless.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Filter {
    /// This text in this column; for every dimension but [`Dimension::Ci`].
    Equals(Dimension, String),
    /// Whether it ran in CI. Facts that do not say are in neither.
    Ci(bool),
}

/// Why a filter is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseFilterError {
    /// There is no such dimension.
    #[error("no filter is called {0:?}; there are {names}", names = Dimension::ALL.map(Dimension::as_str).join(", "))]
    UnknownDimension(String),
    /// `ci` takes a yes or a no.
    #[error("the filter ci takes yes or no, not {0:?}")]
    NotYesOrNo(String),
}

impl FromStr for Dimension {
    type Err = ParseFilterError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|dimension| dimension.as_str() == name);
        known.ok_or_else(|| ParseFilterError::UnknownDimension(name.to_owned()))
    }
}

impl Filter {
    /// The filter `name=value`, as it stands in a command or an address.
    ///
    /// # Errors
    /// When there is no such dimension, or `ci` is neither yes nor no.
    pub fn parse(name: &str, value: &str) -> Result<Self, ParseFilterError> {
        match name.parse()? {
            Dimension::Ci => match value {
                "yes" | "true" | "1" => Ok(Self::Ci(true)),
                "no" | "false" | "0" => Ok(Self::Ci(false)),
                _ => Err(ParseFilterError::NotYesOrNo(value.to_owned())),
            },
            dimension => Ok(Self::Equals(dimension, value.to_owned())),
        }
    }

    /// What it is a condition on.
    #[must_use]
    pub fn dimension(&self) -> Dimension {
        match self {
            Self::Equals(dimension, _) => *dimension,
            Self::Ci(_) => Dimension::Ci,
        }
    }

    /// Its value as [`Filter::parse`] reads it.
    #[must_use]
    pub fn value(&self) -> &str {
        match self {
            Self::Equals(_, value) => value,
            Self::Ci(true) => "yes",
            Self::Ci(false) => "no",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_as_it_is_written() {
        for (name, value) in [("version", "1.4.0"), ("os", "linux'; DROP TABLE facts"), ("ci", "yes"), ("ci", "no")] {
            let filter = Filter::parse(name, value).expect("it is one");
            assert_eq!((filter.dimension().as_str(), filter.value()), (name, value));
        }
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        assert_eq!(Filter::parse("user", "me"), Err(ParseFilterError::UnknownDimension("user".into())));
        assert_eq!(Filter::parse("ci", "maybe"), Err(ParseFilterError::NotYesOrNo("maybe".into())));
    }
}
