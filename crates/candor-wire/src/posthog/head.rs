//! What a request says before its body: the route, and in V1 the headers.

use crate::{Timestamp, decode::Claim, record::closed_names, segment::Sdk};

closed_names! {
    /// The path of a route. All but the last take the same bodies (V0), whatever their names.
    Endpoint {
        /// Many events, `{"batch": […]}`.
        Batch = "batch",
        /// One event, or an array of them.
        Capture = "capture",
        /// The same, of browsers.
        Short = "e",
        /// The same, of newer clients.
        V0 = "i/v0/e",
        /// The same, of very old clients.
        Track = "track",
        /// What somebody is, without an event; kept as `$identify`.
        Engage = "engage",
        /// Many events, each with an answer of its own (V1).
        V1 = "i/v1/analytics/events",
    }
}

/// The head of a request, as far as it says something of the events.
#[derive(Debug, Clone)]
pub struct Head {
    pub(super) endpoint: Endpoint,
    /// The client's clock when it sent the request.
    pub(super) sent_at: Claim,
    pub(super) sdk: Option<Sdk>,
}

impl Head {
    /// That of a request to `endpoint` which says nothing else.
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, sent_at: None, sdk: None }
    }

    /// Where the request went.
    #[must_use]
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// The query, in which browsers say by `_` when they sent it: milliseconds since 1970.
    #[must_use]
    pub fn query(mut self, query: &str) -> Self {
        let sent_ms = query.split('&').find_map(|pair| pair.strip_prefix("_=")?.parse::<i64>().ok());
        self.sent_at = sent_ms.map(|ms| Ok(Timestamp::from_micros(ms.saturating_mul(1000)))).or(self.sent_at);
        self
    }

    /// The header `PostHog-Request-Timestamp`: when this attempt was sent, RFC 3339.
    #[must_use]
    pub fn request_timestamp(mut self, text: &str) -> Self {
        self.sent_at = Some(Timestamp::parse(text));
        self
    }

    /// The header `PostHog-Sdk-Info`: `posthog-python/7.91.1`.
    #[must_use]
    pub fn sdk_info(mut self, text: &str) -> Self {
        let (name, version) = text.rsplit_once('/').map_or((text, None), |(name, version)| (name, Some(version)));
        self.sdk = (!name.is_empty()).then(|| Sdk { name: name.to_owned(), version: version.map(str::to_owned) });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_who_sent_it_and_when() {
        let head = Head::new(Endpoint::Short).query("ip=0&_=1795312499123&ver=1.2");
        assert_eq!(head.sent_at, Some(Ok(Timestamp::from_micros(1_795_312_499_123_000))));
        assert_eq!(Head::new(Endpoint::Short).query("_=yesterday&x_=1").sent_at, None);
        let head = Head::new(Endpoint::V1).request_timestamp("2026-11-22T01:54:59Z").sdk_info("posthog-go/a/1.2");
        let Sdk { name, version } = head.sdk.expect("a name");
        assert_eq!((name.as_str(), version.as_deref()), ("posthog-go/a", Some("1.2")));
        assert!(head.sent_at.is_some_and(|claim| claim.is_ok()));
        assert_eq!(Head::new(Endpoint::V1).sdk_info("/1").sdk, None);
    }
}
