//! A country: all that is kept of an address.

use std::fmt;

/// An ISO 3166-1 alpha-2 code, two upper-case letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Country([u8; 2]);

impl Country {
    /// The country of this code; `None` for what is none, such as the codes by which databases say that they do not know.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        let code = <[u8; 2]>::try_from(code.as_bytes()).ok()?;
        let is_code = code.iter().all(u8::is_ascii_uppercase) && !matches!(&code, b"ZZ" | b"XX");
        is_code.then_some(Self(code))
    }

    /// Its code.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_two_letters_that_stand_for_one() {
        assert_eq!(Country::from_code("DE").map(|country| country.as_str().to_owned()).as_deref(), Some("DE"));
        for code in ["", "D", "de", "DEU", "Ä", "ZZ", "XX", "1A", "--"] {
            assert_eq!(Country::from_code(code), None, "{code}");
        }
    }
}
