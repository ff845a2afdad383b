//! Which proxies are believed, and what they say.

use super::address::ClientAddress;
use axum::http::HeaderMap;
use axum::http::header::{FORWARDED, HeaderName};
use ipnetwork::IpNetwork;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The headers in which proxies and content networks hand a client's address on.
const ADDRESS_HEADERS: [&str; 17] = [
    "forwarded",
    X_FORWARDED_FOR,
    "x-forwarded",
    "x-original-forwarded-for",
    "forwarded-for",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-external-address",
    "x-azure-clientip",
    "x-appengine-user-ip",
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "cf-pseudo-ipv4",
    "true-client-ip",
    "fastly-client-ip",
    "fly-client-ip",
];

/// Takes every header that tells a client's address off a request.
pub(super) fn remove_addresses(headers: &mut HeaderMap) {
    // Nearly every request has none of them, and to look each up costs more than to read the names that there are.
    let told: Vec<HeaderName> =
        headers.keys().filter(|name| ADDRESS_HEADERS.contains(&name.as_str())).cloned().collect();
    for name in told {
        headers.remove(name);
    }
}

/// Networks of proxies whose word about their client is taken: `10.0.0.0/8, 2001:db8::7`. Empty: nobody's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[IpNetwork]>);

/// A text is no list of networks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no network: write it like 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32")]
pub struct TrustedProxiesError(String);

impl FromStr for TrustedProxies {
    type Err = TrustedProxiesError;

    /// Networks in CIDR notation or single addresses, with commas or spaces between them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        let networks = words.map(|word| word.parse().map_err(|_| TrustedProxiesError(word.to_owned())));
        networks.collect::<Result<Vec<_>, _>>().map(|networks| Self(networks.into()))
    }
}

impl fmt::Display for TrustedProxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&networks.join(", "))
    }
}

impl TrustedProxies {
    pub(super) fn contains(&self, address: &ClientAddress) -> bool {
        self.0.iter().any(|network| network.contains(address.ip()))
    }

    /// Whom a request is from: the peer itself, unless that is a trusted proxy. Then it is the last address in the headers
    /// that is no trusted proxy: everything to the left of it was written by strangers.
    ///
    /// `None` where a trusted proxy says nothing, nothing readable, or two different things: one that appends to one header
    /// and hands the other on as the client wrote it would let the client choose.
    pub(super) fn client(&self, peer: &ClientAddress, headers: &HeaderMap) -> Option<ClientAddress> {
        if !self.contains(peer) {
            return Some(ClientAddress::of_peer((peer.ip(), 0).into()));
        }
        let of_list = self.last_stranger(entries(headers, X_FORWARDED_FOR));
        let of_forwarded = self.last_stranger(entries(headers, FORWARDED.as_str()).filter_map(forwarded_for));
        match (of_list, of_forwarded) {
            (Some(one), Some(other)) => (one.ip() == other.ip()).then_some(one),
            (one, other) => one.or(other),
        }
    }

    /// The last of these that is no trusted proxy; the first where all are. `None` where the last unknown one is unreadable.
    fn last_stranger<'a>(&self, entries: impl DoubleEndedIterator<Item = &'a str>) -> Option<ClientAddress> {
        let mut last = None;
        for entry in entries.rev() {
            let address = ClientAddress::parse(entry)?;
            if !self.contains(&address) {
                return Some(address);
            }
            last = Some(address);
        }
        last
    }
}

/// The entries of a header that is a list, over all lines of it. A line that is no text has one that no address is.
fn entries<'a>(headers: &'a HeaderMap, name: &str) -> impl DoubleEndedIterator<Item = &'a str> {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("?")).collect();
    lines.into_iter().flat_map(|line| line.split(',').map(str::trim).collect::<Vec<_>>())
}

/// What an element of `Forwarded` says of the client: `for=192.0.2.1;proto=https`. An element without it says nothing.
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    const TRUSTED: &str = "10.0.0.0/8, 2001:db8:ffff::/48 192.0.2.7";

    /// The client of a request from `peer` with these headers, as text.
    fn client(peer: &str, headers: &[(&'static str, &str)]) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let proxies: TrustedProxies = TRUSTED.parse().unwrap();
        proxies.client(&ClientAddress::for_testing(peer), &map).map(|address| address.ip().to_string())
    }

    #[test]
    fn what_a_stranger_says_of_itself_is_not_believed() {
        for name in ["x-forwarded-for", "forwarded"] {
            let value = if name == "forwarded" { "for=203.0.113.1" } else { "203.0.113.1" };
            assert_eq!(client("198.51.100.1", &[(name, value)]).as_deref(), Some("198.51.100.1"));
        }
    }

    #[test]
    fn the_last_address_that_is_no_proxy_of_ours_is_the_client() {
        let forged = "1.1.1.1, 203.0.113.5, 10.0.0.2";
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", forged)]).as_deref(), Some("203.0.113.5"));
        let two_lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "203.0.113.6:4711")];
        assert_eq!(client("192.0.2.7", &two_lines).as_deref(), Some("203.0.113.6"));
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "10.0.0.3, 10.0.0.2")]).as_deref(), Some("10.0.0.3"));
        let forwarded = r#"for=1.1.1.1, For="[2001:db8::5]:443";proto=https;by=10.0.0.1, for=10.0.0.2"#;
        assert_eq!(client("2001:db8:ffff::1", &[("forwarded", forwarded)]).as_deref(), Some("2001:db8::5"));
    }

    #[test]
    fn what_cannot_be_read_or_contradicts_itself_is_nobody() {
        assert_eq!(client("10.0.0.1", &[]), None);
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "203.0.113.5, unknown")]), None);
        assert_eq!(client("10.0.0.1", &[("forwarded", "for=_hidden")]), None);
        let contradicting = [("x-forwarded-for", "203.0.113.5"), ("forwarded", "for=203.0.113.6")];
        assert_eq!(client("10.0.0.1", &contradicting), None);
        let agreeing = [("x-forwarded-for", "203.0.113.5"), ("forwarded", "for=203.0.113.5")];
        assert_eq!(client("10.0.0.1", &agreeing).as_deref(), Some("203.0.113.5"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        assert_eq!(
            TRUSTED.parse::<TrustedProxies>().unwrap().to_string(),
            "10.0.0.0/8, 2001:db8:ffff::/48, 192.0.2.7/32"
        );
        assert_eq!("".parse(), Ok(TrustedProxies::default()));
        for text in ["everybody", "10.0.0.0/33", "10.0.0.0/8;::1", "300.0.0.1"] {
            assert!(text.parse::<TrustedProxies>().is_err(), "{text}");
        }
    }
}
