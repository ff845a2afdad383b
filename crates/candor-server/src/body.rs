//! Reading a request's body, bounded in size, time and memory while it arrives.

use crate::budget::Share;
use crate::error::{ApiError, Code};
use crate::limits::Limits;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use futures::StreamExt;
use std::time::Duration;

/// A body that is not read on: why, and what of it is still to come.
pub(crate) struct Refused {
    pub(crate) error: ApiError,
    rest: Option<Body>,
}

impl Refused {
    /// A body of which nothing was read.
    pub(crate) fn unread(error: ApiError, body: Body) -> Self {
        Self { error, rest: Some(body) }
    }

    /// Throws away what is still to come (see [`discard`]), and gives the answer. Whoever calls it should hold no place and
    /// no memory any more: a slow client takes its time.
    pub(crate) async fn finish(self, headers: &HeaderMap, limits: &Limits) -> ApiError {
        if let Some(rest) = self.rest {
            discard(headers, rest, limits).await;
        }
        self.error
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self { error, rest: None }
    }
}

/// Reads a whole body of at most `most_bytes`, as it was sent.
///
/// A body that is too large is refused by its announced length at once, or while it arrives.
///
/// # Errors
/// `body_too_large`, `body_timeout`, `body_interrupted`, and `overloaded` when all bodies together are too large.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    most_bytes: usize,
    share: &mut Share,
    limits: &Limits,
) -> Result<Vec<u8>, Refused> {
    let announced = announced_bytes(headers);
    if announced.is_some_and(|bytes| bytes > most_bytes as u64) {
        return Err(Refused::unread(too_large(most_bytes), body));
    }
    let mut chunks = body.into_data_stream();
    let reading = async {
        // What arrives is counted, not what is announced: otherwise a few heads without bodies would hold all there is.
        let mut bytes = Vec::new();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| ApiError::from(Code::BodyInterrupted).because(error))?;
            if bytes.len() + chunk.len() > most_bytes {
                return Err(too_large(most_bytes));
            }
            share.grow(chunk.len())?;
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    in_time(limits.body_deadline, reading).await.map_err(|error| match error.code() {
        Code::BodyTooLarge | Code::Overloaded => Refused::unread(error, Body::from_stream(chunks)),
        _ => error.into(),
    })
}

/// Reads and forgets a body that is not wanted, up to a bound in bytes and in time.
///
/// A connection that is closed with unread bytes in it is reset, and the client may lose the answer with it; most then
/// send the same again. A client that waits for `100 Continue` has sent nothing yet and is spared.
pub(crate) async fn discard(headers: &HeaderMap, body: Body, limits: &Limits) {
    if headers.contains_key(EXPECT) {
        return;
    }
    let mut chunks = body.into_data_stream();
    let mut seen_bytes = 0;
    let reading = async {
        while let Some(Ok(chunk)) = chunks.next().await {
            seen_bytes += chunk.len();
            if seen_bytes > limits.discard_bytes {
                break;
            }
        }
        Ok(())
    };
    // Whether it came to its end makes no difference to the answer.
    let _ = in_time(limits.body_deadline, reading).await;
}

/// `body_too_large`, with the bound.
pub(crate) fn too_large(most_bytes: usize) -> ApiError {
    ApiError::from(Code::BodyTooLarge).detail(format!("the bound is {most_bytes} bytes, as sent and as inflated"))
}

async fn in_time<T>(deadline: Duration, work: impl Future<Output = Result<T, ApiError>>) -> Result<T, ApiError> {
    match tokio::time::timeout(deadline, work).await {
        Ok(result) => result,
        Err(_) => {
            Err(ApiError::from(Code::BodyTimeout).detail(format!("a body must arrive within {} s", deadline.as_secs())))
        }
    }
}

/// How long a body will be, where its head says so.
pub(crate) fn announced_bytes(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
