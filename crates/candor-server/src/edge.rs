//! What happens to every answer on its way out: headers, one line in the log, and no panic beyond this.

use crate::app::App;
use crate::body;
use crate::error::{ApiError, Code, Logged};
use crate::origin::Origin;
use crate::request_id::RequestId;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::error::Error;
use std::time::Instant;

/// Pages hold one stylesheet from here, images from here and forms to here; no script, no frame, nothing from elsewhere.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);

const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Runs the request, completes its answer and logs it.
///
/// The log has the route's pattern in place of the path, and nothing that the client sent: no address, no query, no
/// header, no body. The answer says by which id its line is found, as `x-request-id`; it is our own, whatever the client
/// calls its request.
pub(crate) async fn answer(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let mut response = next.run(request).await;
    for (name, value) in &HEADERS {
        response.headers_mut().insert(name, value.clone());
    }
    // Answers hold counts of a private project or a session; style and the like say so themselves.
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    let id = app.shared().request_ids.next();
    response.headers_mut().insert(REQUEST_ID, id.header());
    log(id, &method, route, started, &response);
    app.shared().metrics.answered(method.as_str(), route, response.status().as_u16(), started.elapsed());
    response
}

/// Lets the request in when there is a place among those in work.
pub(crate) async fn admit(State(app): State<App>, origin: Origin, request: Request, next: Next) -> Response {
    match app.shared().admission.enter(origin.sender) {
        Ok(_place) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// Reads a small body before the handler runs, so that it is bounded in size and in time.
pub(crate) async fn read_small_body(State(app): State<App>, request: Request, next: Next) -> Response {
    let limits = app.limits();
    let (head, body) = request.into_parts();
    let mut share = app.shared().budget.share();
    match body::read(&head.headers, body, limits.small_body_bytes, &mut share, limits).await {
        Ok(bytes) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Err(refused) => {
            drop(share);
            refused.finish(&head.headers, limits).await.into_response()
        }
    }
}

fn log(id: RequestId, method: &Method, route: &str, started: Instant, response: &Response) {
    let status = response.status().as_u16();
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    match response.extensions().get::<Logged>() {
        Some(Logged { code, cause }) => {
            let cause = cause.as_deref().map(chain).unwrap_or_default();
            if response.status().is_server_error() {
                tracing::error!(request = %id, %method, route, status, micros, code = code.as_str(), cause, "failed");
            } else {
                tracing::info!(request = %id, %method, route, status, micros, code = code.as_str(), cause, "refused");
            }
        }
        None => tracing::debug!(request = %id, %method, route, status, micros, "answered"),
    }
}

/// The error and what caused it, in one line.
fn chain(error: &(dyn Error + Send + Sync + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Turns a panic into `internal`, and counts it.
///
/// The panic's message is left to the panic hook: it may hold what a client sent.
pub(crate) fn panicked(app: &App, _message: Box<dyn Any + Send + 'static>) -> Response {
    app.count_panic();
    ApiError::from(Code::Internal).into_response()
}
