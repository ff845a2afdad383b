//! Requests over the network, and answers into what they mean.

use std::time::Duration;

use super::gzip;
use crate::{
    delivery::{Answer, Destination, Request},
    http::{self, HttpError, Response, Url},
    text,
    variables::{self, Lookup},
};

/// Of one request, from the name look-up to the answer. The helper as a whole has its own deadline.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// The collector.
pub(super) struct Network<'a> {
    /// Says which proxy and whose certificates.
    lookup: Lookup<'a>,
}

impl<'a> Network<'a> {
    pub(super) fn new(lookup: Lookup<'a>) -> Self {
        Self { lookup }
    }

    fn post(&self, request: &Request) -> Result<Response, HttpError> {
        let url = Url::parse(&request.url)?;
        if url.is_in_the_clear() && !self.is_users_choice(&url) {
            return Err(HttpError::InTheClear);
        }
        let [content_type, authentication] = request.headers();
        let headers = [authentication, content_type, ("content-encoding", "gzip")];
        let body = gzip::compress(request.body.as_bytes());
        http::post(&http::Request { url: &url, headers: &headers, body: &body }, REQUEST_TIMEOUT, self.lookup)
    }

    /// Whether it is the user who has named this place, and so decides whether others may read along.
    fn is_users_choice(&self, url: &Url) -> bool {
        ["CANDOR_ENDPOINT", "CANDOR_SENTRY_DSN"].iter().any(|name| self.names(name, url))
    }

    /// Whether a variable names the place of this URL.
    #[inline(never)]
    fn names(&self, variable: &str, url: &Url) -> bool {
        let Some(mut chosen) = variables::text(self.lookup, variable) else { return false };
        // A DSN has its key before the host.
        if let Some((_, rest)) = text::split_once(&chosen, '@') {
            chosen = format!("http://{rest}");
        }
        Url::parse(&chosen).is_ok_and(|chosen| chosen.authority() == url.authority())
    }
}

impl Destination for Network<'_> {
    fn deliver(&mut self, request: &Request) -> Answer {
        match self.post(request) {
            Ok(response) => Answer::of(response.status, response.header("retry-after")),
            Err(error) => Answer::Unavailable { reason: text::of(&error), retry_after: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variables::of;

    /// Of TEST-NET-1 and TEST-NET-2, where nobody is: a connection would not be refused, but time out.
    const URL: &str = "http://192.0.2.1:8080/v1/batch";

    #[test]
    fn what_is_declared_is_never_sent_in_the_clear() {
        let body = "{}".to_owned();
        let request = Request { url: URL.to_owned(), content_type: "", authentication: ("a", String::new()), body };
        for variables in [[].as_slice(), &[("CANDOR_ENDPOINT", "http://198.51.100.1:8080")]] {
            let answer = Network::new(&of(variables)).deliver(&request);
            let reason = HttpError::InTheClear.to_string();
            assert_eq!(answer, Answer::Unavailable { reason, retry_after: None });
        }
    }

    #[test]
    fn a_user_who_names_the_place_decides_who_may_read_along() {
        let url = Url::parse(URL).expect("a URL");
        let is_chosen = |name, value| Network::new(&of(&[(name, value)])).is_users_choice(&url);
        assert!(is_chosen("CANDOR_ENDPOINT", "http://192.0.2.1:8080/"));
        assert!(is_chosen("CANDOR_SENTRY_DSN", "http://key@192.0.2.1:8080/1"));
        assert!(!is_chosen("CANDOR_ENDPOINT", "http://192.0.2.1"));
        assert!(!is_chosen("CANDOR_SENTRY_DSN", "http://192.0.2.1:8080@198.51.100.1/1"));
    }
}
