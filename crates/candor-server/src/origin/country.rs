//! A country, and a region of it where that is asked for: all that is kept of an address.

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

/// Where a client is, as far as anybody may know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Whereabouts {
    pub(crate) country: Option<Country>,
    /// Only where the operator asks for regions.
    pub(crate) region: Option<Region>,
}

/// The part of an ISO 3166-2 code behind the country: up to three upper-case letters and digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Region {
    code: [u8; 3],
    length: u8,
}

impl Region {
    /// The region of this code, with or without its country before it; `None` for what is none, such as a name.
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        let code = code.rsplit('-').next().unwrap_or_default().as_bytes();
        let is_code =
            (1..=3).contains(&code.len()) && code.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !is_code {
            return None;
        }
        let mut padded = [0; 3];
        padded[..code.len()].copy_from_slice(code);
        Some(Self { code: padded, length: code.len() as u8 })
    }

    /// Its code, behind that of its country: `DE-BY`.
    pub(crate) fn in_country(&self, country: Country) -> String {
        let code = std::str::from_utf8(&self.code[..usize::from(self.length)]).unwrap_or_default();
        format!("{}-{code}", country.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.code).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_told_within_its_country() {
        let shown = |code: &str| {
            let region = Region::from_code(code)?;
            Some(region.in_country(Country::from_code("DE")?))
        };
        assert_eq!(
            [shown("BY"), shown("DE-BY"), shown("1")],
            ["DE-BY", "DE-BY", "DE-1"].map(|code| Some(code.to_owned()))
        );
        for none in ["", "-", "Bavaria", "by", "BAYE", "Ü"] {
            assert_eq!(shown(none), None, "{none}");
        }
    }

    #[test]
    fn a_country_is_two_letters_that_stand_for_one() {
        assert_eq!(Country::from_code("DE").map(|country| country.as_str().to_owned()).as_deref(), Some("DE"));
        for code in ["", "D", "de", "DEU", "Ä", "ZZ", "XX", "1A", "--"] {
            assert_eq!(Country::from_code(code), None, "{code}");
        }
    }
}
