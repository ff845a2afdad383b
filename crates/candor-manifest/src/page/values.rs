//! What a value can be, in words, and one as it would be stored.

use crate::{NameShape, Shape};

/// What values of this shape can be.
pub(super) fn described(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "yes or no".to_owned(),
        Shape::Enum(values) => listed(values),
        Shape::Version => "a version number".to_owned(),
        Shape::Bucket(bounds) => format!("in steps: {}", steps(bounds)),
        Shape::Duration => "a duration, rounded to 1 %".to_owned(),
        Shape::Count => "a number".to_owned(),
        Shape::Name(NameShape { pattern, max_length, max_distinct }) => format!(
            "a name of at most {max_length} characters of `{}`; at most {max_distinct} different, the rest is `other`",
            pattern.as_str()
        ),
        Shape::Command => "the name of a command as `--help` has it, or `other`".to_owned(),
        Shape::Flag => "the name of a flag as `--help` has it, without its value, or `other`".to_owned(),
    }
}

/// A value of this shape as it is stored.
pub(super) fn example(shape: &Shape) -> String {
    let text = match shape {
        Shape::Bool => "true".to_owned(),
        Shape::Enum(values) => values.first().cloned().unwrap_or_default(),
        Shape::Version => "1.4.0".to_owned(),
        // The lower bound stands for its step; the second one shows that.
        Shape::Bucket(bounds) => bounds.get(1).or(bounds.first()).map(u64::to_string).unwrap_or_default(),
        Shape::Duration => "1.23 s".to_owned(),
        Shape::Count => "3".to_owned(),
        Shape::Name(names) => name_of(names),
        Shape::Command => "help".to_owned(),
        Shape::Flag => "--help".to_owned(),
    };
    format!("`{text}`")
}

/// A name in the declared bounds.
fn name_of(names: &NameShape) -> String {
    let usual = ["processes", "example", "Example", "EXAMPLE", "ab", "AB", "12"];
    let fallback = || names.pattern.ranges().first().map(|(first, _)| char::from(*first)).into_iter().collect();
    usual.into_iter().find(|name| names.matches(name)).map_or_else(fallback, str::to_owned)
}

/// The values between backticks.
pub(super) fn listed(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    values.join(", ")
}

/// `0-9, 10-99, 100+`.
fn steps(bounds: &[u64]) -> String {
    let step = |(i, lower): (usize, &u64)| match bounds.get(i + 1) {
        Some(next) if *next == lower + 1 => lower.to_string(),
        Some(next) => format!("{lower}-{}", next - 1),
        None => format!("{lower}+"),
    };
    bounds.iter().enumerate().map(step).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pattern;

    #[test]
    fn an_example_of_a_name_is_one_that_would_be_stored() {
        for (pattern, max_length) in [("[a-z]+", 16), ("[a-z]+", 3), ("[A-Z]+", 2), ("[0-9]+", 8), ("[.]+", 1)] {
            let pattern = Pattern::parse(pattern).expect("a pattern");
            let names = NameShape { pattern, max_length, max_distinct: 8 };
            assert!(names.matches(&name_of(&names)), "{names:?}");
        }
    }

    #[test]
    fn steps_are_told_from_bound_to_bound() {
        assert_eq!(steps(&[0, 1, 10, 100]), "0, 1-9, 10-99, 100+");
        assert_eq!(steps(&[0]), "0+");
    }
}
