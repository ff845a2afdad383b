//! The only network code of the SDK.

use std::{io::Write as _, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use candor_wire::segment::encode_batch;
use flate2::{Compression, write::GzEncoder};

use super::Answer;
use crate::clock;

/// Of one request, from the name look-up to the answer's last byte. The helper as a whole has its own deadline.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Where batches go.
pub(super) struct Collector {
    agent: ureq::Agent,
    url: String,
    authorization: String,
}

impl Collector {
    /// The collector at this base URL, for this write key. Proxies are taken from the environment, redirects are
    /// refused: a redirect could carry the records to another place, or into the clear.
    pub(super) fn new(endpoint: &str, write_key: &str) -> Self {
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
        Self {
            agent,
            url: format!("{}/v1/batch", endpoint.trim_end_matches('/')),
            authorization: format!("Basic {}", STANDARD.encode(format!("{write_key}:"))),
        }
    }

    /// Sends one batch.
    pub(super) fn send(&self, items: &[String]) -> Answer {
        let body = encode_batch(items.iter().map(String::as_str), clock::now());
        let mut gzip = GzEncoder::new(Vec::with_capacity(body.len() / 6), Compression::default());
        let compressed = gzip.write_all(body.as_bytes()).and_then(|()| gzip.finish());
        let compressed = match compressed {
            Ok(compressed) => compressed,
            Err(error) => return unavailable(error),
        };
        let response = self
            .agent
            .post(&self.url)
            .header("authorization", &self.authorization)
            .header("content-type", "application/json")
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
