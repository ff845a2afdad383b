//! Which of a project's facts a question is about.

use crate::{Dimension, dimension::Shape};

/// How an attribute's filter is called in commands and addresses; its value is `NAME=VALUE`.
const ATTRIBUTE: &str = "filter";

/// A condition on the facts that are looked at.
///
/// Filters of one name are alternatives, filters of different names must all hold. Values are bound to the
/// query as parameters, so every text is harmless.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Filter {
    /// This text in this column; for every dimension that holds texts.
    Equals(Dimension, String),
    /// Whether it ran in CI. Facts that do not say are in neither.
    Ci(bool),
    /// Whether this dimension is true. Facts that do not say are in neither.
    Flag(Dimension, bool),
    /// This value of the declared attribute of this name.
    Attribute(String, String),
}

/// Why a filter is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseFilterError {
    /// There is no such dimension.
    #[error(
        "no filter is called {0:?}; there are {names}, and filter=NAME=VALUE for a declared attribute",
        names = Dimension::ALL.map(Dimension::as_str).join(", ")
    )]
    UnknownDimension(String),
    /// The dimension takes a yes or a no.
    #[error("the filter {0} takes yes or no, not {1:?}")]
    NotYesOrNo(Dimension, String),
    /// An attribute's filter has a name and a value.
    #[error("{0:?} is no filter of an attribute; write it like provider=aws")]
    NoAttribute(String),
    /// It can only be filtered by.
    #[error("nothing can be broken down by {0}, only filtered")]
    NoBreakdown(Dimension),
}

impl Filter {
    /// The filter `name=value`, as it stands in a command or an address. That of an attribute is called `filter`, and
    /// its value is `NAME=VALUE`.
    ///
    /// # Errors
    /// When there is no such dimension, or one of yes or no has another value.
    pub fn parse(name: &str, value: &str) -> Result<Self, ParseFilterError> {
        if name == ATTRIBUTE {
            let (name, text) = value.split_once('=').filter(|(name, _)| !name.is_empty()).unwrap_or_default();
            return match name {
                "" => Err(ParseFilterError::NoAttribute(value.to_owned())),
                name if name.parse::<Dimension>().is_ok() => Self::parse(name, text),
                name => Ok(Self::Attribute(name.to_owned(), text.to_owned())),
            };
        }
        let dimension: Dimension = name.parse()?;
        let flag = || yes_or_no(value).ok_or_else(|| ParseFilterError::NotYesOrNo(dimension, value.to_owned()));
        match dimension.shape() {
            Shape::Ci => flag().map(Self::Ci),
            Shape::Flag => flag().map(|flag| Self::Flag(dimension, flag)),
            Shape::Text | Shape::Component => Ok(Self::Equals(dimension, value.to_owned())),
        }
    }

    /// What it is a condition on: a dimension or an attribute.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Equals(dimension, _) | Self::Flag(dimension, _) => dimension.as_str(),
            Self::Ci(_) => Dimension::Ci.as_str(),
            Self::Attribute(name, _) => name,
        }
    }

    /// Its value as people read it.
    #[must_use]
    pub fn value(&self) -> &str {
        match self {
            Self::Equals(_, value) | Self::Attribute(_, value) => value,
            Self::Ci(true) | Self::Flag(_, true) => "yes",
            Self::Ci(false) | Self::Flag(_, false) => "no",
        }
    }

    /// The name and the value from which [`Filter::parse`] makes it again.
    #[must_use]
    pub fn parameter(&self) -> (&str, String) {
        match self {
            Self::Attribute(name, value) => (ATTRIBUTE, format!("{name}={value}")),
            other => (other.name(), other.value().to_owned()),
        }
    }
}

/// What a truth may be spelled like.
pub(crate) fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "yes" | "true" | "1" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_as_it_is_written() {
        for (name, value) in [
            ("version", "1.4.0"),
            ("os", "linux'; DROP TABLE facts"),
            ("ci", "yes"),
            ("container", "no"),
            ("filter", "provider=a=b"),
        ] {
            let filter = Filter::parse(name, value).expect("it is one");
            assert_eq!(filter.parameter(), (name, value.to_owned()));
        }
    }

    #[test]
    fn a_dimension_can_be_written_like_an_attribute() {
        let filter = Filter::parse("filter", "ci=no").expect("it is one");
        assert_eq!(filter, Filter::Ci(false));
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        assert_eq!(Filter::parse("user", "me"), Err(ParseFilterError::UnknownDimension("user".into())));
        assert_eq!(Filter::parse("ci", "maybe"), Err(ParseFilterError::NotYesOrNo(Dimension::Ci, "maybe".into())));
        for text in ["", "provider", "=aws"] {
            assert_eq!(Filter::parse("filter", text), Err(ParseFilterError::NoAttribute(text.into())));
        }
    }
}
