//! The only network code of the SDK.

use std::{io::Write as _, time::Duration};

use flate2::{Compression, write::GzEncoder};

use crate::delivery::{Answer, Destination, Request};

/// Of one request, from the name look-up to the answer's last byte. The helper as a whole has its own deadline.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The collector.
pub(super) struct Network {
    agent: ureq::Agent,
}

impl Network {
    /// Proxies are taken from the environment, redirects are refused: a redirect could carry the records to another
    /// place, or into the clear.
    pub(super) fn new() -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(REQUEST_TIMEOUT))
            .timeout_resolve(Some(CONNECT_TIMEOUT))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .max_idle_connections(1)
            .user_agent(concat!("candor/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Self { agent }
    }
}

impl Destination for Network {
    fn deliver(&mut self, request: &Request) -> Answer {
        let mut gzip = GzEncoder::new(Vec::with_capacity(request.body.len() / 6), Compression::default());
        let compressed = match gzip.write_all(request.body.as_bytes()).and_then(|()| gzip.finish()) {
            Ok(compressed) => compressed,
            Err(error) => return unavailable(error),
        };
        let response = self
            .agent
            .post(&request.url)
            .header(request.authentication.0, &request.authentication.1)
            .header("content-type", request.content_type)
            .header("content-encoding", "gzip")
            .send(&compressed);
        match response {
            Ok(response) => {
                let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
                Answer::of(response.status().as_u16(), retry_after)
            }
            Err(error) => unavailable(error),
        }
    }
}

fn unavailable(error: impl std::fmt::Display) -> Answer {
    Answer::Unavailable { reason: error.to_string(), retry_after: None }
}
