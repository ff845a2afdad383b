//! The part of a URL that a request needs: `SCHEME://HOST[:PORT][/PATH]`.

use std::net::{IpAddr, Ipv6Addr};

use super::HttpError;
use crate::text;

/// An absolute URL whose parts can be written into a head as they are: visible ASCII, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    is_https: bool,
    /// In lower case; an IPv6 address without its brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// Begins with a slash; with the query, if there is one.
    pub(super) path: String,
}

/// What stands before `://`, and what behind it. The standard library's search for a text weighs more than all of this file.
pub(super) fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text::split_once(text, ':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

impl Url {
    /// Reads a URL.
    ///
    /// # Errors
    /// When it is not `http` or `https`, names a user (credentials belong elsewhere), or holds what would not survive
    /// in a head: spaces, control characters, a fragment, anything but ASCII.
    pub(crate) fn parse(text: &str) -> Result<Self, HttpError> {
        let (scheme, rest) = split_scheme(text).ok_or(HttpError::Url("is no URL"))?;
        let is_https = match text::lowercase(scheme).as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(HttpError::Url("is neither http nor https")),
        };
        let (authority, path) =
            rest.split_at(rest.bytes().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len()));
        if !path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
            return Err(HttpError::Url("has characters that a URL does not have"));
        }
        let default_port = if is_https { 443 } else { 80 };
        let (host, port) = host_and_port(authority, default_port).ok_or(HttpError::Url("has no valid host"))?;
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Self { is_https, host, port, path: format!("{slash}{path}") })
    }

    pub(super) fn is_https(&self) -> bool {
        self.is_https
    }

    /// Whether anybody between here and there could read what is sent.
    pub(crate) fn is_in_the_clear(&self) -> bool {
        !self.is_https && self.host != "localhost" && !self.address().is_some_and(|address| address.is_loopback())
    }

    /// The host, where it is an address and not a name.
    pub(super) fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// As in the header `Host`: the port is left out where the scheme says it.
    pub(crate) fn authority(&self) -> String {
        if self.port == if self.is_https { 443 } else { 80 } {
            bracketed(&self.host)
        } else {
            self.authority_with_port()
        }
    }

    /// As `CONNECT` wants it.
    pub(super) fn authority_with_port(&self) -> String {
        format!("{}:{}", bracketed(&self.host), self.port)
    }
}

fn bracketed(host: &str) -> String {
    if host.bytes().any(|byte| byte == b':') { format!("[{host}]") } else { host.to_owned() }
}

/// Reads `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`.
pub(super) fn host_and_port(authority: &str, default_port: u16) -> Option<(String, u16)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (address, rest) = text::split_once(rest, ']')?;
            address.parse::<Ipv6Addr>().ok()?;
            (address, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
        }
        None => match text::split_once(authority, ':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if host.is_empty() || !(authority.starts_with('[') || host.bytes().all(is_name)) {
        return None;
    }
    let port = match port {
        None | Some("") => default_port,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => text::number(digits)?.try_into().ok()?,
        Some(_) => return None,
    };
    (port != 0).then(|| (text::lowercase(host), port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str) -> Option<(String, String, bool)> {
        let url = Url::parse(text).ok()?;
        Some((url.authority_with_port(), url.path.clone(), url.is_https()))
    }

    #[test]
    fn a_url_is_taken_apart() {
        let is = |text, authority: &str, path: &str, https| {
            assert_eq!(parts(text), Some((authority.to_owned(), path.to_owned(), https)), "{text}");
        };
        is("http://example.org", "example.org:80", "/", false);
        is("HTTPS://Example.ORG/v1/batch", "example.org:443", "/v1/batch", true);
        is("http://127.0.0.1:8080/a?b=c", "127.0.0.1:8080", "/a?b=c", false);
        is("https://[::1]:8443?x", "[::1]:8443", "/?x", true);
        is("http://[2001:DB8:0::1]", "[2001:db8:0::1]:80", "/", false);
        is("http://a_b-c.d:", "a_b-c.d:80", "/", false);
    }

    #[test]
    fn what_would_break_a_head_or_mean_something_else_is_refused() {
        for text in [
            "example.org",
            "ftp://example.org",
            "http://",
            "http:///v1",
            "http://:80",
            "http://a b",
            "http://a\r\nx: y",
            "http://a/\r\nx: y",
            "http://a/b c",
            "http://a/#b",
            "http://a/\u{e4}",
            "http://\u{e4}.org",
            "http://user@example.org",
            "http://user:secret@example.org",
            "http://a:0",
            "http://a:65536",
            "http://a:+80",
            "http://a:80:80",
            "http://::1",
            "http://[::1",
            "http://[::1]80",
            "http://[fe80::1%25eth0]",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn the_header_host_names_only_an_unusual_port() {
        let authority = |text| Url::parse(text).map(|url| url.authority()).unwrap_or_default();
        assert_eq!(authority("https://example.org:443"), "example.org");
        assert_eq!(authority("http://example.org:443"), "example.org:443");
        assert_eq!(authority("http://[::1]"), "[::1]");
    }

    #[test]
    fn only_https_and_this_machine_are_not_in_the_clear() {
        let is_in_the_clear = |text| Url::parse(text).map(|url| url.is_in_the_clear()).unwrap_or_default();
        for text in
            ["https://example.org", "http://127.0.0.1:1", "http://127.8.9.1", "http://[::1]", "http://localhost"]
        {
            assert!(!is_in_the_clear(text), "{text}");
        }
        for text in ["http://example.org", "http://10.0.0.1", "http://localhost.example.org", "http://[fe80::1]"] {
            assert!(is_in_the_clear(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_fits_into_a_head(text in "https?://(\\PC|[\r\n\t :/@#\\[\\]]){0,30}") {
            if let Ok(url) = Url::parse(&text) {
                let written = format!("{}{}", url.authority(), url.path);
                prop_assert!(written.bytes().all(|byte| byte.is_ascii_graphic()), "{written:?}");
            }
        }
    }
}
