//! Where a request came from, as far as anything behind the connection may know.
//!
//! A client's address is used for two things: the country (and the region, where the operator asks for it) that goes into the rows, and a keyed number by which limits tell
//! senders apart. Both are made here, and only they go on. The headers that carry an address are taken off the request, so
//! that no handler can read one; [`address::ClientAddress`] cannot be printed, compared with text or stored.

mod address;
mod country;
mod database;
mod proxies;

pub(crate) use address::{ClientAddress, Sender, Senders};
pub(crate) use country::Whereabouts;
pub(crate) use database::Countries;
pub use database::{CountryDatabase, CountryDatabaseError, Detail};
pub use proxies::{TrustedProxies, TrustedProxiesError};

use crate::error::ApiError;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use std::path::PathBuf;

/// How the collector learns where its clients are.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct OriginOptions {
    /// The proxies whose `X-Forwarded-For` or `Forwarded` is believed. Default: none.
    pub trusted_proxies: TrustedProxies,
    /// The database of countries, a MaxMind DB file. Default: `geo/country.mmdb` in the data directory. Without the file the
    /// country stays unknown, and it is looked for again every few seconds.
    pub countries: Option<PathBuf>,
    /// How much of where they are goes into the rows. Default: the country.
    pub detail: Detail,
}

/// What is known of where a request came from.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Origin {
    /// Where the client is.
    pub(crate) place: Whereabouts,
    /// Whose limits it counts against.
    pub(crate) sender: Sender,
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = ApiError;

    /// What the connection said; nothing where there is none, as in a test of one handler.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(parts.extensions.get().copied().unwrap_or_default())
    }
}

/// Makes [`Origin`]s of addresses.
#[derive(Debug)]
pub(crate) struct Origins {
    proxies: TrustedProxies,
    senders: Senders,
    pub(crate) countries: Countries,
    detail: Detail,
}

impl Origins {
    pub(crate) fn new(proxies: TrustedProxies, countries: Countries, detail: Detail) -> Self {
        Self { proxies, senders: Senders::default(), countries, detail }
    }

    /// Who opened a connection; `None` for a proxy that is trusted, which speaks for many.
    pub(crate) fn connection(&self, peer: &ClientAddress) -> Option<Sender> {
        (!self.proxies.contains(peer)).then(|| self.senders.of(peer))
    }

    /// Where a request of this connection came from. Takes every header that tells an address off the request.
    pub(crate) fn of_request(&self, peer: &ClientAddress, headers: &mut HeaderMap) -> Origin {
        let client = self.proxies.client(peer, headers);
        proxies::remove_addresses(headers);
        match client {
            Some(client) => {
                let place = self.countries.whereabouts(&client, self.detail);
                Origin { place, sender: self.senders.of(&client) }
            }
            // A trusted proxy that does not say for whom it speaks is a sender like any other.
            None => Origin { place: Whereabouts::default(), sender: self.senders.of(peer) },
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;
    use std::path::Path;

    fn origins(trusted: &str) -> Origins {
        Origins::new(trusted.parse().unwrap(), Countries::none(), Detail::Country)
    }

    #[test]
    fn no_header_that_tells_an_address_reaches_a_handler() {
        let mut headers = HeaderMap::new();
        for name in ["X-Forwarded-For", "forwarded", "x-real-ip", "CF-Connecting-IP", "true-client-ip", "user-agent"] {
            headers.append(name.parse::<axum::http::HeaderName>().unwrap(), "192.0.2.1".parse().unwrap());
        }
        origins("").of_request(&ClientAddress::for_testing("127.0.0.1"), &mut headers);
        assert_eq!(headers.keys().map(|name| name.as_str()).collect::<Vec<_>>(), ["user-agent"]);
    }

    #[test]
    fn a_sender_is_the_same_through_a_proxy_and_without_one() {
        let origins = origins("10.0.0.0/8");
        let of = |peer: &str, forwarded: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(forwarded) = forwarded {
                headers.insert("x-forwarded-for", forwarded.parse().unwrap());
            }
            origins.of_request(&ClientAddress::for_testing(peer), &mut headers).sender
        };
        assert_eq!(of("198.51.100.7", None), of("10.1.1.1", Some("198.51.100.7")));
        assert_ne!(of("198.51.100.7", None), of("198.51.100.8", None));
        assert_eq!(of("198.51.100.7", Some("203.0.113.1")), of("198.51.100.7", None), "a stranger's word is nothing");
    }

    /// The words by which Rust and HTTP name an address; nothing outside this folder and `serve.rs` has one of them.
    #[test]
    fn no_other_file_of_the_crate_names_an_address() {
        fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                match entry.path() {
                    path if path.is_dir() => files(&path, found),
                    path => found.push(path),
                }
            }
        }
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut all = Vec::new();
        files(&source, &mut all);
        assert!(all.len() > 30, "the search finds the sources");
        for file in all {
            let name = file.strip_prefix(&source).unwrap();
            if name.starts_with("origin") || name == Path::new("serve.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&file).unwrap();
            for word in ["IpAddr", "Ipv4Addr", "Ipv6Addr", "SocketAddr", "ConnectInfo", "peer_addr", "forwarded-for"] {
                assert!(!text.contains(word), "{word} in {}", name.display());
            }
        }
    }
}
