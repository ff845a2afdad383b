//! The one error of the HTTP side: what the client reads, and what the operator reads.

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use candor_wire::DecodeError;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// By which Sentry's clients learn that they are to wait, here with everything: no list of categories means all. A 429
/// without it silences them for a minute.
const X_SENTRY_RATE_LIMITS: HeaderName = HeaderName::from_static("x-sentry-rate-limits");

/// How long whoever is to come back waits where nothing else is said.
const LOAD_PAUSE: Duration = Duration::from_secs(1);

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $status:ident;)+) => {
        /// The reason of an answer that is not 2xx, as machines read it. Stable: a code is never renamed or reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])+ $name),+ }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The code as it is sent.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The status that it is sent with.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),+ }
            }

            /// What it means, for the client's author.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii()),+ }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    NotJson = "not_json", BAD_REQUEST;
    /// The body ends before its JSON, its protobuf or its compression does.
    Truncated = "truncated", BAD_REQUEST;
    /// The body is not UTF-8.
    InvalidUtf8 = "invalid_utf8", BAD_REQUEST;
    /// The JSON is not an event or a batch of events.
    NotABatch = "not_a_batch", BAD_REQUEST;
    /// The body is not a protobuf message.
    NotProtobuf = "not_protobuf", BAD_REQUEST;
    /// The body is not a form, or its parts cannot be told from each other.
    NotAForm = "not_a_form", BAD_REQUEST;
    /// The form has no minidump, or what it has is none.
    NotAMinidump = "not_a_minidump", BAD_REQUEST;
    /// The batch has more events than one request may have.
    TooManyItems = "too_many_items", PAYLOAD_TOO_LARGE;
    /// The body could not be read as its Content-Encoding says.
    MalformedEncoding = "malformed_encoding", BAD_REQUEST;
    /// The Content-Encoding is none of identity, gzip, deflate, br and zstd.
    UnsupportedEncoding = "unsupported_encoding", UNSUPPORTED_MEDIA_TYPE;
    /// The body, as sent or as inflated, is larger than a request may be.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE;
    /// The body did not arrive in time.
    BodyTimeout = "body_timeout", REQUEST_TIMEOUT;
    /// The connection broke while the body was read.
    BodyInterrupted = "body_interrupted", BAD_REQUEST;
    /// The request has no write key, or one that is unknown or revoked.
    InvalidWriteKey = "invalid_write_key", UNAUTHORIZED;
    /// The request has no API token, or one that is unknown, or of another project.
    InvalidToken = "invalid_token", UNAUTHORIZED;
    /// The API token is valid, and was not made for this.
    InsufficientScope = "insufficient_scope", FORBIDDEN;
    /// A parameter of the request is unknown or has no such value.
    InvalidParameter = "invalid_parameter", BAD_REQUEST;
    /// The query is not one statement, or could not be planned, or failed on the data.
    InvalidQuery = "invalid_query", BAD_REQUEST;
    /// The query does something else than to read the tables; nothing was changed.
    NotASelect = "not_a_select", BAD_REQUEST;
    /// The query took longer than a query may.
    QueryTimeout = "query_timeout", UNPROCESSABLE_ENTITY;
    /// The query needs more memory, or more room on disk, than queries may have.
    QueryTooLarge = "query_too_large", UNPROCESSABLE_ENTITY;
    /// The form came from another site.
    ForeignForm = "foreign_form", FORBIDDEN;
    /// There is nothing at this address.
    NotFound = "not_found", NOT_FOUND;
    /// The project recognises nobody by this identifier, so that no row is known to be theirs.
    NotRecognised = "not_recognised", CONFLICT;
    /// This address does not take this method.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED;
    /// More requests are in work than can be held; come back after the time in Retry-After.
    Overloaded = "overloaded", SERVICE_UNAVAILABLE;
    /// This address or this project sends faster than it may; come back after the time in Retry-After.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS;
    /// The collector is stopping; come back after the time in Retry-After.
    Stopping = "stopping", SERVICE_UNAVAILABLE;
    /// The disk is full; nothing of this request was taken; come back after the time in Retry-After.
    DiskFull = "disk_full", INSUFFICIENT_STORAGE;
    /// The collector could not write or read its data; nothing of this request was taken.
    StorageUnavailable = "storage_unavailable", SERVICE_UNAVAILABLE;
    /// The collector has a defect; nothing is known to have been taken.
    Internal = "internal", INTERNAL_SERVER_ERROR;
}

impl Code {
    /// Whether the same request may be taken later.
    fn is_about_load(self) -> bool {
        matches!(self.status(), StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An answer that is not 2xx.
///
/// Its body is `{"success": false, "code", "message", "detail"}` with all four always there: two of the Python clients
/// raise when `code`, `message` or `detail` is missing, and then retry what was refused for good.
#[derive(Debug)]
pub struct ApiError {
    code: Code,
    detail: String,
    retry_after: Option<Duration>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// What the edge logs of an error; travels in the response's extensions and never leaves the process.
#[derive(Debug, Clone)]
pub(crate) struct Logged {
    pub(crate) code: Code,
    pub(crate) cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl ApiError {
    /// An error with nothing to say beyond its code.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, detail: String::new(), retry_after: None, cause: None }
    }

    /// Says more to the client. Must not hold what clients sent, but for names of parameters.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Tells the client when to come back.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// Keeps what went wrong for the operator's log. Never shown to the client.
    #[must_use]
    pub fn because(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Arc::new(cause));
        self
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = serde_json::json!({
            "success": false,
            "code": self.code.as_str(),
            "message": self.code.message(),
            "detail": self.detail,
        });
        let mut response = (self.code.status(), axum::Json(body)).into_response();
        if let Some(after) = self.retry_after.or(self.code.is_about_load().then_some(LOAD_PAUSE)) {
            // Whole seconds, rounded up: zero would ask for a retry at once.
            let seconds = (after.as_secs() + u64::from(after.subsec_nanos() > 0)).max(1);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            if let Ok(limits) = HeaderValue::try_from(format!("{seconds}::organization")) {
                response.headers_mut().insert(X_SENTRY_RATE_LIMITS, limits);
            }
        }
        response.extensions_mut().insert(Logged { code: self.code, cause: self.cause });
        response
    }
}

impl From<DecodeError> for ApiError {
    fn from(error: DecodeError) -> Self {
        let code = match error {
            DecodeError::InvalidUtf8 => Code::InvalidUtf8,
            DecodeError::Truncated => Code::Truncated,
            DecodeError::NotABatch => Code::NotABatch,
            DecodeError::NotProtobuf => Code::NotProtobuf,
            DecodeError::TooManyItems { .. } => Code::TooManyItems,
            // The enum may grow; until then this is NotJson.
            _ => Code::NotJson,
        };
        // It says where, or how many may come; never what was there.
        Self::new(code).detail(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_decoder_is_a_code_of_the_server() {
        for code in DecodeError::CODES {
            assert!(Code::ALL.iter().any(|ours| ours.as_str() == *code), "{code}");
        }
    }

    #[test]
    fn codes_are_unique_and_spelled_in_snake_case() {
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code} twice");
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{code}");
            assert!(code.message().ends_with('.'), "{code}");
        }
    }

    #[test]
    fn whoever_is_to_come_back_is_always_told_when_in_the_words_of_every_protocol() {
        for code in Code::ALL.iter().filter(|code| matches!(code.status().as_u16(), 429 | 503)) {
            let response = ApiError::from(*code).into_response();
            assert_eq!(response.headers().get(RETRY_AFTER), Some(&HeaderValue::from_static("1")), "{code}");
            let limits = response.headers().get(X_SENTRY_RATE_LIMITS);
            assert_eq!(limits, Some(&HeaderValue::from_static("1::organization")), "{code}");
        }
    }

    #[test]
    fn a_pause_of_less_than_a_second_is_rounded_up() {
        let response = ApiError::from(Code::Overloaded).retry_after(Duration::from_millis(200)).into_response();
        assert_eq!(response.headers().get(RETRY_AFTER), Some(&HeaderValue::from_static("1")));
    }
}
