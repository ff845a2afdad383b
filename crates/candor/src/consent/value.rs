//! What a switch in the environment says.

use std::ffi::OsStr;

use crate::text;

/// The answer that the value of a variable gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Not set, or set to nothing: it neither enables nor disables.
    Unset,
    /// `1 true yes on y t`
    Yes,
    /// `0 false no off n f`
    No,
    /// Anything else. Whoever set it wanted something, so callers take it as the wish for less.
    Unclear,
}

impl Answer {
    /// Reads a value: any case, spaces around it ignored.
    pub(crate) fn of(value: Option<&OsStr>) -> Self {
        let Some(value) = value else { return Self::Unset };
        let Some(value) = value.to_str() else { return Self::Unclear };
        match text::lowercase(text::trimmed(value)).as_str() {
            "" => Self::Unset,
            "1" | "true" | "yes" | "on" | "y" | "t" => Self::Yes,
            "0" | "false" | "no" | "off" | "n" | "f" => Self::No,
            _ => Self::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_in_any_case_and_with_spaces() {
        for (text, answer) in [
            ("1", Answer::Yes),
            (" TRUE ", Answer::Yes),
            ("yes", Answer::Yes),
            ("On", Answer::Yes),
            ("false", Answer::No),
            ("No\n", Answer::No),
            ("F", Answer::No),
            ("", Answer::Unset),
            ("  ", Answer::Unset),
            ("2", Answer::Unclear),
            ("maybe", Answer::Unclear),
        ] {
            assert_eq!(Answer::of(Some(OsStr::new(text))), answer, "{text:?}");
        }
        assert_eq!(Answer::of(None), Answer::Unset);
    }

    #[test]
    fn a_value_that_is_no_text_is_unclear() {
        use std::os::unix::ffi::OsStrExt as _;
        assert_eq!(Answer::of(Some(OsStr::from_bytes(b"\xff"))), Answer::Unclear);
    }
}
