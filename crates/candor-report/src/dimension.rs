//! What facts can be told apart by.

use std::{fmt, str::FromStr};

use crate::ParseFilterError;

/// A column of `facts` that can be filtered by, and that a report can be broken down by.
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
    /// The version of the operating system.
    OsVersion,
    /// The language runtime and its version.
    Runtime,
    /// In a container or not.
    Container,
    /// Whether somebody sat before it.
    Interactive,
    /// The coding agent that ran the tool.
    Agent,
    /// The region within the country.
    Region,
    /// The commit that the tool was built from.
    Commit,
    /// The day that the tool was built.
    Built,
    /// The SDK that reported.
    Sdk,
    /// The version of the SDK that reported.
    SdkVersion,
    /// The name of what happened.
    Name,
    /// How it ended.
    Outcome,
    /// The type of the error that ended it.
    ErrorClass,
    /// The component that it is about.
    Component,
}

/// What values a dimension has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A text in its column.
    Text,
    /// True or false in its column.
    Flag,
    /// The name of a service, or `none`; a filter asks whether there was one.
    Ci,
    /// The name of a record of the kind `component`.
    Component,
}

impl Dimension {
    /// Every dimension, in the order of their definition.
    pub const ALL: [Self; 20] = [
        Self::Version,
        Self::Os,
        Self::Arch,
        Self::Ci,
        Self::Channel,
        Self::Country,
        Self::OsVersion,
        Self::Runtime,
        Self::Container,
        Self::Interactive,
        Self::Agent,
        Self::Region,
        Self::Commit,
        Self::Built,
        Self::Sdk,
        Self::SdkVersion,
        Self::Name,
        Self::Outcome,
        Self::ErrorClass,
        Self::Component,
    ];

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
            Self::OsVersion => "os_version",
            Self::Runtime => "runtime",
            Self::Container => "container",
            Self::Interactive => "interactive",
            Self::Agent => "agent",
            Self::Region => "region",
            Self::Commit => "commit",
            Self::Built => "built",
            Self::Sdk => "sdk",
            Self::SdkVersion => "sdk_version",
            Self::Name => "name",
            Self::Outcome => "outcome",
            Self::ErrorClass => "error_class",
            Self::Component => "component",
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
            Self::OsVersion => "Only this version of the operating system",
            Self::Runtime => "Only this language runtime and version",
            Self::Container => "Only runs in containers (yes) or only runs elsewhere (no)",
            Self::Interactive => "Only runs at a terminal (yes) or only others (no)",
            Self::Agent => "Only runs by this coding agent; none where there is known to be none",
            Self::Region => "Only this region within a country",
            Self::Commit => "Only builds of this commit",
            Self::Built => "Only builds of this day, such as 2026-11-22",
            Self::Sdk => "Only what this SDK reported",
            Self::SdkVersion => "Only what this version of the SDK reported",
            Self::Name => "Only what is called so: an operation, a part, a counter",
            Self::Outcome => "Only what ended so: ok, error or cancelled",
            Self::ErrorClass => "Only what this type of error ended",
            Self::Component => "Only the records of the component of this name",
        }
    }

    /// Its column in `facts`.
    pub(crate) fn column(self) -> &'static str {
        match self {
            Self::Component => "name",
            other => other.as_str(),
        }
    }

    pub(crate) fn shape(self) -> Shape {
        match self {
            Self::Ci => Shape::Ci,
            Self::Container | Self::Interactive => Shape::Flag,
            Self::Component => Shape::Component,
            _ => Shape::Text,
        }
    }

    /// What its filter takes, where that is not any text.
    #[must_use]
    pub fn values(self) -> Option<&'static [&'static str]> {
        match self.shape() {
            Shape::Ci | Shape::Flag => Some(&["yes", "no", "true", "false", "1", "0"]),
            Shape::Text | Shape::Component => None,
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Dimension {
    type Err = ParseFilterError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|dimension| dimension.as_str() == name);
        known.ok_or_else(|| ParseFilterError::UnknownDimension(name.to_owned()))
    }
}

/// What a report is broken down by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// A column that all facts have.
    Dimension(Dimension),
    /// An attribute that the project's manifest declares, by its name.
    Attribute(String),
}

impl Field {
    /// The name in commands and addresses.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Dimension(dimension) => dimension.as_str(),
            Self::Attribute(name) => name,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Field {
    type Err = ParseFilterError;

    /// A dimension, or else an attribute of that name.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name.parse() {
            Ok(Dimension::Component) => Err(ParseFilterError::NoBreakdown(Dimension::Component)),
            Ok(dimension) => Ok(Self::Dimension(dimension)),
            Err(_) if name.is_empty() => Err(ParseFilterError::UnknownDimension(String::new())),
            Err(_) => Ok(Self::Attribute(name.to_owned())),
        }
    }
}

/// The columns that an attribute may be in, by the type of its values. The name of such a column stands for itself, which
/// is how an attribute that is called like a dimension is reached.
pub(crate) fn attribute_columns(name: &str) -> Vec<String> {
    let mut columns: Vec<_> = PREFIXES.map(|prefix| format!("{prefix}{name}")).into();
    if PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        columns.push(name.to_owned());
    }
    columns
}

/// What the columns of declared attributes begin with: of texts, whole numbers and truths.
pub(crate) const PREFIXES: [&str; 3] = ["text_", "int_", "bool_"];

/// A column's name in SQL. Names of fields come from manifests.
pub(crate) fn quoted(column: &str) -> String {
    format!("\"{}\"", column.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_a_dimension_where_there_is_one_and_else_an_attribute() {
        assert_eq!("os".parse(), Ok(Field::Dimension(Dimension::Os)));
        assert_eq!("provider".parse(), Ok(Field::Attribute("provider".to_owned())));
        assert!("".parse::<Field>().is_err());
        assert!("component".parse::<Field>().is_err(), "it is a condition, not a column");
    }

    #[test]
    fn an_attribute_called_like_a_dimension_is_reached_by_its_column() {
        assert_eq!(attribute_columns("os"), ["text_os", "int_os", "bool_os"]);
        assert!(attribute_columns("text_os").contains(&"text_os".to_owned()));
    }
}
