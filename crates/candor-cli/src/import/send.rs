//! Posting items to a collector, until it has them.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use super::Shape;
use crate::failure::{Failure, While};
use crate::source;

/// Items of a request: the collector answers for all of them after one sync of its disk.
const MOST_ITEMS: usize = 500;
/// Bytes of a request, far below the bound of bodies; one item may have more.
const MOST_BYTES: usize = 1 << 20;
/// Attempts for one request, over about five minutes: a collector that is being restarted is back by then.
const ATTEMPTS: u32 = 15;
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Items that travel together.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    items: Vec<Value>,
    bytes: usize,
}

impl Batch {
    /// `bytes` is about how long the item is.
    pub(crate) fn push(&mut self, item: Value) {
        self.bytes += item.to_string().len();
        self.items.push(item);
    }

    pub(crate) fn is_full(&self) -> bool {
        self.items.len() >= MOST_ITEMS || self.bytes >= MOST_BYTES
    }

    pub(crate) fn len(&self) -> u64 {
        self.items.len() as u64
    }
}

/// Where to.
#[derive(Debug)]
pub(crate) struct Sender {
    client: Client,
    url: String,
    key: String,
}

impl Sender {
    pub(crate) fn new(url: &str, key: String) -> Result<Self, Failure> {
        Ok(Self { client: source::client()?, url: source::base(url)?, key })
    }

    /// Returns when every item of the batch is on the collector's disk.
    pub(crate) async fn send(&self, shape: Shape, batch: Batch) -> Result<(), Failure> {
        if batch.items.is_empty() {
            return Ok(());
        }
        let (path, body) = match shape {
            Shape::Segment => ("/v1/import", json!({ "batch": batch.items })),
            Shape::Posthog => {
                ("/batch/", json!({ "api_key": self.key, "historical_migration": true, "batch": batch.items }))
            }
        };
        let body = body.to_string();
        let mut pause = Duration::from_millis(500);
        for attempt in 1.. {
            let request = self.client.post(format!("{}{path}", self.url)).bearer_auth(&self.key);
            let answer = request.header("content-type", "application/json").body(body.clone()).send().await;
            let is_last = attempt == ATTEMPTS;
            match answer {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) if is_last || !is_for_now(answer.status()) => return Err(self.refused(answer).await),
                Ok(answer) => tokio::time::sleep(asked_for(&answer).unwrap_or(pause)).await,
                Err(error) if is_last => return Err(error).or_failed_to(|| format!("reach {}", self.url)),
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Ok(())
    }

    async fn refused(&self, answer: Response) -> Failure {
        let status = answer.status();
        let body: Value = serde_json::from_str(&answer.text().await.unwrap_or_default()).unwrap_or_default();
        let said = ["message", "detail"].map(|key| body[key].as_str().unwrap_or_default()).join(" ");
        Failure::new(format!("the collector at {} answered {status}: {}", self.url, said.trim()))
    }
}

/// Whether the same request may be taken later.
fn is_for_now(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::REQUEST_TIMEOUT || status.is_server_error()
}

fn asked_for(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}
