//! Questions for feature flags: there are none here, and official clients ask all the same.

use crate::app::App;
use crate::body;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

/// No flag in any of the spellings that clients know, and for browsers that nothing is to be recorded by itself.
const NO_FLAGS: &str = concat!(
    r#"{"flags":{},"featureFlags":{},"featureFlagPayloads":{},"errorsWhileComputingFlags":false,"#,
    r#""requestId":"00000000-0000-0000-0000-000000000000","config":{"enable_collect_everything":false},"#,
    r#""sessionRecording":false,"supportedCompression":["gzip","gzip-js"]}"#,
);

/// `POST /flags/` and `/decide/`, whoever asks: an error would make clients report that one. Nothing of the question,
/// which names a person, is looked at.
pub(crate) async fn receive_flags_question(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    body::discard(&headers, body, app.limits()).await;
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], NO_FLAGS).into_response()
}
