//! Addresses of pages.

use candor_report::{Filter, Period};

/// The page of the project of this name.
pub(crate) fn project(name: &str) -> String {
    format!("/projects/{}", encoded(name))
}

/// The page of a project over `since`, with `filters`.
pub(crate) fn project_with(name: &str, since: Period, filters: &[Filter]) -> String {
    let mut address = format!("{}?since={since}", project(name));
    for filter in filters {
        let (name, value) = filter.parameter();
        address.push_str(&format!("&{name}={}", encoded(&value)));
    }
    address
}

/// `text` with every byte but letters, digits and `-._~` as `%XX` (RFC 3986).
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_stay_in_their_place_of_the_address() {
        let filters = [Filter::Equals(candor_report::Dimension::Version, "1.0&os=x\"> é".to_owned())];
        assert_eq!(
            project_with("a/b?c", Period::of_days(7), &filters),
            "/projects/a%2Fb%3Fc?since=7d&version=1.0%26os%3Dx%22%3E%20%C3%A9"
        );
    }
}
