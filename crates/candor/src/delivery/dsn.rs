//! Where reports of crashes and errors go: a Sentry DSN, `https://PUBLIC_KEY@host/PROJECT_ID`.

use candor_wire::Timestamp;

use super::Request;

/// The parts of a DSN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dsn {
    /// `https://host`, with the port and the path before the project's number.
    base: String,
    key: String,
    project: String,
}

impl Dsn {
    /// Reads a DSN; `None` when it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
        let (key, rest) = rest.split_once('@')?;
        let (host, project) = rest.trim_end_matches('/').rsplit_once('/')?;
        // A secret half of the key is of former times, and not for a program that others run.
        let key = key.split(':').next().unwrap_or_default();
        let is_word =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        (is_word(key) && is_word(project) && !host.is_empty()).then(|| Self {
            base: format!("{scheme}://{host}"),
            key: key.to_owned(),
            project: project.to_owned(),
        })
    }

    /// The same project and key at another collector.
    pub(crate) fn at(self, endpoint: &str) -> Self {
        Self { base: endpoint.to_owned(), ..self }
    }

    /// The envelope that carries one event.
    pub(crate) fn request(&self, event: &str, sent_at: Timestamp) -> Request {
        let id = event.get(r#"{"event_id":""#.len()..).and_then(|rest| rest.get(..32)).unwrap_or_default();
        let client = concat!("candor/", env!("CARGO_PKG_VERSION"));
        Request {
            url: format!("{}/api/{}/envelope/", self.base, self.project),
            content_type: "application/x-sentry-envelope",
            authentication: (
                "x-sentry-auth",
                format!("Sentry sentry_version=7, sentry_client={client}, sentry_key={}", self.key),
            ),
            body: format!(
                "{{\"event_id\":\"{id}\",\"sent_at\":\"{sent_at}\"}}\n{{\"type\":\"event\",\"length\":{}}}\n{event}\n",
                event.len()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dsn_says_where_and_with_which_key() {
        let dsn = Dsn::parse("https://public@sentry.example.org/a/42").expect("a DSN");
        let event = format!(r#"{{"event_id":"{}","level":"fatal"}}"#, "a".repeat(32));
        let request = dsn.request(&event, Timestamp::from_micros(0));
        assert_eq!(request.url, "https://sentry.example.org/a/api/42/envelope/");
        assert!(request.authentication.1.ends_with("sentry_key=public"));
        assert_eq!(
            request.body,
            format!(
                "{{\"event_id\":\"{}\",\"sent_at\":\"1970-01-01T00:00:00.000Z\"}}\n{{\"type\":\"event\",\"length\":63}}\n{event}\n",
                "a".repeat(32)
            )
        );
        assert_eq!(
            dsn.at("http://127.0.0.1:9").request(&event, Timestamp::from_micros(0)).url,
            "http://127.0.0.1:9/api/42/envelope/"
        );
    }

    #[test]
    fn what_is_no_dsn_is_refused() {
        for text in
            ["", "https://host/1", "https://key@host", "ftp://key@host/1", "https://k\r\ney@host/1", "https://@host/1"]
        {
            assert_eq!(Dsn::parse(text), None, "{text}");
        }
    }
}
