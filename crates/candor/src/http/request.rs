//! What is written: the head and the body of one request.

use super::{HttpError, Url, proxy::Proxy};
use crate::text;

/// A POST that is not sent yet.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) url: &'a Url,
    /// Beside `Host`, `Content-Length`, `Connection` and `User-Agent`, which are written anyway.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
}

/// Tells a collector's logs which SDK called.
const USER_AGENT: &str = concat!("candor/", env!("CARGO_PKG_VERSION"));

impl Request<'_> {
    /// The bytes for the collector, or for a proxy that reads them and passes them on.
    ///
    /// # Errors
    /// When a header could end the head early, or is not what HTTP calls a header.
    pub(super) fn message(&self, proxy: Option<&Proxy>) -> Result<Vec<u8>, HttpError> {
        let reader = proxy.filter(|_| !self.url.is_https());
        let target = match reader {
            Some(_) => format!("http://{}{}", self.url.authority(), self.url.path),
            None => self.url.path.clone(),
        };
        let mut head = Head::begin("POST", &target, &self.url.authority());
        head.add("Content-Length", &text::of(&self.body.len()))?;
        head.add("Connection", "close")?;
        if let Some(authorization) = reader.and_then(|proxy| proxy.authorization.as_deref()) {
            head.add("Proxy-Authorization", authorization)?;
        }
        for (name, value) in self.headers {
            head.add(name, value)?;
        }
        Ok(head.end(self.body))
    }
}

/// What asks a proxy for a way through to the collector.
pub(super) fn tunnel(url: &Url, proxy: &Proxy) -> Result<Vec<u8>, HttpError> {
    let authority = url.authority_with_port();
    let mut head = Head::begin("CONNECT", &authority, &authority);
    if let Some(authorization) = &proxy.authorization {
        head.add("Proxy-Authorization", authorization)?;
    }
    Ok(head.end(&[]))
}

struct Head(String);

impl Head {
    fn begin(method: &str, target: &str, host: &str) -> Self {
        Self(format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {USER_AGENT}\r\n"))
    }

    fn add(&mut self, name: &str, value: &str) -> Result<(), HttpError> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_value = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        if name.is_empty() || !name.bytes().all(is_name) || !value.bytes().all(is_value) {
            return Err(HttpError::Header);
        }
        for part in [name, ": ", value, "\r\n"] {
            self.0.push_str(part);
        }
        Ok(())
    }

    fn end(self, body: &[u8]) -> Vec<u8> {
        [self.0.as_bytes(), b"\r\n", body].concat()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use super::*;

    fn message(url: &str, headers: &[(&str, &str)], proxy: Option<&Proxy>) -> Result<String, HttpError> {
        let url = Url::parse(url).unwrap();
        let message = Request { url: &url, headers, body: b"{}" }.message(proxy)?;
        Ok(String::from_utf8(message).unwrap())
    }

    fn proxy() -> Proxy {
        let authorization = Some("Basic Zm9vOmJhcg==".to_owned());
        Proxy { is_https: false, host: "proxy".to_owned(), port: 3128, authorization }
    }

    #[test]
    fn these_bytes_go_to_the_collector() {
        let expected = format!(
            "POST /v1/batch HTTP/1.1\r\nHost: example.org:8080\r\nUser-Agent: {USER_AGENT}\r\nContent-Length: 2\r\n\
             Connection: close\r\nContent-Type: application/json\r\n\r\n{{}}"
        );
        let headers = [("Content-Type", "application/json")];
        assert_eq!(message("http://example.org:8080/v1/batch", &headers, None).unwrap(), expected);
        assert_eq!(message("https://example.org:8080/v1/batch", &headers, Some(&proxy())).unwrap(), expected);
    }

    #[test]
    fn a_proxy_that_reads_the_request_is_told_where_it_goes() {
        let message = message("http://example.org/v1/batch", &[], Some(&proxy())).unwrap();
        assert!(message.starts_with("POST http://example.org/v1/batch HTTP/1.1\r\nHost: example.org\r\n"), "{message}");
        assert!(message.contains("\r\nProxy-Authorization: Basic Zm9vOmJhcg==\r\n"));
    }

    #[test]
    fn a_tunnel_is_asked_for_without_what_is_meant_for_the_collector() {
        let url = Url::parse("https://[::1]/v1/batch").unwrap();
        let expected = format!(
            "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nUser-Agent: {USER_AGENT}\r\nProxy-Authorization: Basic \
             Zm9vOmJhcg==\r\n\r\n"
        );
        assert_eq!(String::from_utf8(tunnel(&url, &proxy()).unwrap()).unwrap(), expected);
    }

    #[test]
    fn no_header_can_end_the_head_early() {
        for (name, value) in [
            ("a", "b\r\nX-Injected: 1"),
            ("a", "b\nX-Injected: 1"),
            ("a", "b\r"),
            ("a", "\0"),
            ("a", "\u{e4}"),
            ("a\r\nX-Injected", "1"),
            ("a: b", "1"),
            ("a b", "1"),
            ("", "1"),
        ] {
            let refused = message("http://example.org", &[(name, value)], None);
            assert!(matches!(refused, Err(HttpError::Header)), "{name:?}: {value:?}");
        }
    }
}
