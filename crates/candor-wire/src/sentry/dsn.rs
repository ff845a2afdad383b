//! Where crashes go, in one line: `https://KEY@HOST/PROJECT`.

use std::{fmt, str::FromStr};

/// A data source name. It names a collector, a project there, and the key that opens it for sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dsn {
    /// `https://host:port` and the path before the project's number, without a slash at its end.
    base: String,
    public_key: String,
    project: String,
}

/// Why a text is not a DSN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseDsnError {
    /// It does not begin with `https://` or `http://`.
    Scheme,
    /// It has no key before an `@`, or one that is not of letters, digits, `_` and `-`.
    Key,
    /// It has no host, or something that no host's name or address has.
    Host,
    /// It does not end with the number of a project.
    Project,
}

impl fmt::Display for ParseDsnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "a DSN that does not begin with https:// or http://",
            Self::Key => "a DSN without a public key before an @",
            Self::Host => "a DSN without a host",
            Self::Project => "a DSN that does not end with the number of a project",
        })
    }
}

impl std::error::Error for ParseDsnError {}

impl Dsn {
    /// The same project and key at another collector, by its base URL.
    #[must_use]
    pub fn at(self, base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), ..self }
    }

    /// The key that opens the project for sending; public.
    #[must_use]
    pub fn public_key(&self) -> &str {
        &self.public_key
    }

    /// The project's number, as a text.
    #[must_use]
    pub fn project(&self) -> &str {
        &self.project
    }

    /// Where envelopes are posted: `https://host/api/PROJECT/envelope/`.
    #[must_use]
    pub fn envelope_url(&self) -> String {
        format!("{}/api/{}/envelope/", self.base, self.project)
    }

    /// The header `X-Sentry-Auth`, for a client such as `candor/0.1.0`.
    #[must_use]
    pub fn auth_header(&self, client: &str) -> String {
        format!("Sentry sentry_key={}, sentry_version=7, sentry_client={client}", self.public_key)
    }
}

impl FromStr for Dsn {
    type Err = ParseDsnError;

    fn from_str(text: &str) -> Result<Self, ParseDsnError> {
        let (scheme, rest) = split_scheme(text).ok_or(ParseDsnError::Scheme)?;
        if !matches!(scheme, "https" | "http") {
            return Err(ParseDsnError::Scheme);
        }
        let (keys, place) = rest.split_once('@').ok_or(ParseDsnError::Key)?;
        // Old DSNs have a secret behind the public key; nobody needs it any more.
        let public_key = keys.split(':').next().unwrap_or_default();
        if !is_made_of(public_key, b"_-") {
            return Err(ParseDsnError::Key);
        }
        let (before, project) = place.rsplit_once('/').ok_or(ParseDsnError::Project)?;
        if project.is_empty() || !project.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ParseDsnError::Project);
        }
        let (host, path) = before.split_once('/').map_or((before, ""), |(host, path)| (host, path));
        if !is_made_of(host, b".-_:[]") || !(path.is_empty() || is_made_of(path, b"._-/~")) {
            return Err(ParseDsnError::Host);
        }
        let base = format!("{scheme}://{}", before.trim_end_matches('/'));
        Ok(Self { base, public_key: public_key.to_owned(), project: project.to_owned() })
    }
}

fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// Letters, digits and these; so that none can end a line of a request or a text of JSON.
fn is_made_of(text: &str, punctuation: &[u8]) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || punctuation.contains(&byte))
}

impl fmt::Display for Dsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, place) = split_scheme(&self.base).unwrap_or(("https", &self.base));
        write!(f, "{scheme}://{}@{place}/{}", self.public_key, self.project)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dsn_says_where_to_post_and_with_which_key() {
        for (text, url) in [
            ("https://a94ae3@crashes.example.org/1", "https://crashes.example.org/api/1/envelope/"),
            ("http://a94ae3@127.0.0.1:8700/12", "http://127.0.0.1:8700/api/12/envelope/"),
            ("http://a94ae3@[::1]:8700/12", "http://[::1]:8700/api/12/envelope/"),
            ("https://a94ae3@example.org/some/where/7", "https://example.org/some/where/api/7/envelope/"),
        ] {
            let dsn: Dsn = text.parse().expect(text);
            assert_eq!((dsn.envelope_url().as_str(), dsn.public_key()), (url, "a94ae3"));
            assert_eq!(dsn.to_string(), text);
        }
        let moved = "https://a94ae3@example.org/7".parse::<Dsn>().expect("a DSN").at("http://127.0.0.1:9/");
        assert_eq!(moved.envelope_url(), "http://127.0.0.1:9/api/7/envelope/");
        let with_secret: Dsn = "https://a94ae3:secret@example.org/7".parse().expect("an old DSN");
        assert_eq!(with_secret.to_string(), "https://a94ae3@example.org/7");
        let header = with_secret.auth_header("candor/0.1.0");
        assert_eq!(header, "Sentry sentry_key=a94ae3, sentry_version=7, sentry_client=candor/0.1.0");
    }

    #[test]
    fn what_is_no_dsn_is_refused_with_what_is_missing() {
        for (text, error) in [
            ("", ParseDsnError::Scheme),
            ("ftp://k@host/1", ParseDsnError::Scheme),
            ("https://host/1", ParseDsnError::Key),
            ("https://@host/1", ParseDsnError::Key),
            ("https://k\r\nx@host/1", ParseDsnError::Key),
            ("https://k@/1", ParseDsnError::Host),
            ("https://k@ho st/1", ParseDsnError::Host),
            ("https://k@host\"/1", ParseDsnError::Host),
            ("https://k@host", ParseDsnError::Project),
            ("https://k@host/", ParseDsnError::Project),
            ("https://k@host/inventory", ParseDsnError::Project),
        ] {
            assert_eq!(text.parse::<Dsn>(), Err(error), "{text}");
        }
    }
}
