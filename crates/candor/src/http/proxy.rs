//! Which proxy the user's environment asks for.
//!
//! `https_proxy` for `https`, `http_proxy` for `http`, then `all_proxy`, each in lower case first and then in upper case, as
//! curl does; `no_proxy` names the exceptions. Where a variable names a proxy that this client cannot use, nothing is
//! sent: going around a proxy could be forbidden, and would tell an address that the proxy is there to hide.

use std::ffi::OsString;

use super::{
    HttpError, Url, no_proxy,
    url::{host_and_port, split_scheme},
};
use crate::{base64, text, variables::Lookup};

/// A proxy, and how to get into it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proxy {
    /// Whether the way to the proxy itself is encrypted.
    pub(super) is_https: bool,
    pub(super) host: String,
    pub(super) port: u16,
    /// The value of `Proxy-Authorization`.
    pub(super) authorization: Option<String>,
}

impl Proxy {
    /// The proxy for this URL; `None` where it is reached without one.
    ///
    /// # Errors
    /// When the variable names one that cannot be used.
    pub(super) fn choose(url: &Url, lookup: Lookup<'_>) -> Result<Option<Self>, HttpError> {
        let Some((variable, value)) = variable(url, lookup) else { return Ok(None) };
        let exceptions = ["no_proxy", "NO_PROXY"].into_iter().find_map(|name| set(lookup, name));
        if exceptions.is_some_and(|list| no_proxy::covers(&list.to_string_lossy(), url)) {
            return Ok(None);
        }
        let value = value.to_str().ok_or(HttpError::Proxy(variable, "is not UTF-8"))?;
        Self::parse(text::trimmed(value)).map(Some).map_err(|problem| HttpError::Proxy(variable, problem))
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = split_scheme(text).unwrap_or(("http", text));
        let is_https = match text::lowercase(scheme).as_str() {
            "http" => false,
            "https" if cfg!(feature = "tls") => true,
            "https" => return Err("names an https proxy, and this tool was built without the feature `tls`"),
            "socks" | "socks4" | "socks4a" | "socks5" | "socks5h" => {
                return Err("names a SOCKS proxy, which is not supported");
            }
            _ => return Err("names a kind of proxy that is not supported"),
        };
        let (credentials, rest) = match rest.rsplit_once('@') {
            Some((credentials, rest)) => (Some(credentials), rest),
            None => (None, rest),
        };
        let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
        let authority = &rest[..end];
        let default_port = if is_https { 443 } else { 80 };
        let (host, port) = host_and_port(authority, default_port).ok_or("names no valid host")?;
        Ok(Self { is_https, host, port, authorization: credentials.map(basic) })
    }
}

/// The variable that decides, and its value.
fn variable(url: &Url, lookup: Lookup<'_>) -> Option<(&'static str, OsString)> {
    // Where a web server runs the tool, HTTP_PROXY is what a client has sent as the header `Proxy`.
    let is_cgi = lookup("REQUEST_METHOD").is_some();
    let names: &[&str] = match (url.is_https(), is_cgi) {
        (true, _) => &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
        (false, false) => &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
        (false, true) => &["http_proxy", "all_proxy", "ALL_PROXY"],
    };
    names.iter().find_map(|name| Some((*name, set(lookup, name)?)))
}

/// The value of a variable that is not blank; empty means not set.
fn set(lookup: Lookup<'_>, name: &str) -> Option<OsString> {
    lookup(name).filter(|value| !value.as_encoded_bytes().trim_ascii().is_empty())
}

/// `Basic` for `USER[:PASSWORD]`, both of which may be percent-encoded.
fn basic(credentials: &str) -> String {
    let (user, password) = text::split_once(credentials, ':').unwrap_or((credentials, ""));
    let mut plain = percent_decoded(user);
    plain.push(b':');
    plain.extend(percent_decoded(password));
    format!("Basic {}", base64::encode(&plain))
}

/// A `%` that no two hexadecimal digits follow stands for itself.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let digits = behind.get(..2).filter(|digits| first == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        match digits.and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                rest = &behind[2..];
            }
            None => {
                decoded.push(first);
                rest = behind;
            }
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use super::*;
    use crate::variables::of;

    /// `HOST:PORT` of the proxy, `direct`, or the error.
    fn route(url: &str, variables: &[(&str, &str)]) -> String {
        match Proxy::choose(&Url::parse(url).unwrap(), &of(variables)) {
            Ok(Some(proxy)) => format!("{}:{}", proxy.host, proxy.port),
            Ok(None) => "direct".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn each_scheme_has_its_variable_and_all_proxy_stands_in() {
        let all = [("HTTPS_PROXY", "http://s:1"), ("HTTP_PROXY", "http://p:2"), ("ALL_PROXY", "http://a:3")];
        assert_eq!(route("https://x", &all), "s:1");
        assert_eq!(route("http://x", &all), "p:2");
        assert_eq!(route("https://x", &all[1..]), "a:3");
        assert_eq!(route("http://x", &all[2..]), "a:3");
        assert_eq!(route("https://x", &all[1..2]), "direct", "a proxy for http only");
        assert_eq!(route("http://x", &[]), "direct");
    }

    #[test]
    fn lower_case_comes_first_and_empty_is_not_set() {
        assert_eq!(route("https://x", &[("HTTPS_PROXY", "upper:1"), ("https_proxy", "lower:1")]), "lower:1");
        assert_eq!(route("https://x", &[("HTTPS_PROXY", "upper:1"), ("https_proxy", " ")]), "upper:1");
        assert_eq!(route("http://x", &[("http_proxy", "lower:1"), ("no_proxy", ""), ("NO_PROXY", "x")]), "direct");
    }

    #[test]
    fn in_a_web_servers_script_the_upper_case_http_proxy_is_a_header_and_ignored() {
        let cgi = [("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "evil:1"), ("http_proxy", "good:1")];
        assert_eq!(route("http://x", &cgi[..2]), "direct");
        assert_eq!(route("http://x", &cgi), "good:1");
        assert_eq!(route("https://x", &[("REQUEST_METHOD", "GET"), ("HTTPS_PROXY", "good:1")]), "good:1");
    }

    #[test]
    fn a_proxy_may_come_without_scheme_port_or_with_a_path() {
        for (value, expected) in [
            ("proxy", "proxy:80"),
            ("proxy:3128", "proxy:3128"),
            ("HTTP://Proxy:3128/", "proxy:3128"),
            (" http://proxy:3128/path?query ", "proxy:3128"),
            ("[::1]:3128", "::1:3128"),
            ("u:p@proxy:3128", "proxy:3128"),
        ] {
            assert_eq!(route("http://x", &[("http_proxy", value)]), expected, "{value}");
        }
    }

    #[test]
    fn credentials_are_decoded_and_never_shown() {
        let of = |text: &str| Proxy::parse(text).unwrap().authorization;
        assert_eq!(of("http://proxy"), None);
        assert_eq!(of("http://foo:bar@proxy").as_deref(), Some("Basic Zm9vOmJhcg=="));
        assert_eq!(of("http://fo%6F:b%61r@proxy"), of("http://foo:bar@proxy"));
        assert_eq!(of("http://user@proxy"), of("http://user:@proxy"));
        assert_eq!(percent_decoded("%40%zz%4"), b"@%zz%4");
        assert_eq!(percent_decoded("a%0d%0ab"), b"a\r\nb", "base64 keeps it out of the head");
        for value in ["socks5://u:hidden@proxy", "http://u:hidden@pro xy"] {
            let error = route("http://x", &[("http_proxy", value)]);
            assert!(error.starts_with("http_proxy ") && !error.contains("hidden"), "{error}");
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_an_error_and_not_a_way_around_it() {
        for (value, problem) in [
            ("socks5://proxy:1080", "names a SOCKS proxy, which is not supported"),
            ("socks4a://proxy", "names a SOCKS proxy, which is not supported"),
            ("quic://proxy", "names a kind of proxy that is not supported"),
            ("http://", "names no valid host"),
            ("http://proxy:port", "names no valid host"),
        ] {
            assert_eq!(route("https://x", &[("ALL_PROXY", value)]), format!("ALL_PROXY {problem}"));
        }
        assert_eq!(route("https://x", &[("ALL_PROXY", "socks5://proxy"), ("NO_PROXY", "x")]), "direct");
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_text_is_an_error_too() {
        use std::os::unix::ffi::OsStringExt as _;
        let lookup = |name: &str| (name == "HTTPS_PROXY").then(|| OsString::from_vec(vec![b'p', 0xff]));
        let error = Proxy::choose(&Url::parse("https://x").unwrap(), &lookup).unwrap_err();
        assert_eq!(error.to_string(), "HTTPS_PROXY is not UTF-8");
    }
}
