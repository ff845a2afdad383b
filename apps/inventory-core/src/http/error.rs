//! The one error of the HTTP side: what the client reads, and what the operator reads.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use inventory_store::{Classified, database::DatabaseError, with_causes};
use serde_json::json;

use crate::{command::CommandError, core::Core, job::RunError};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $status:ident;)+) => {
        /// The reason of an answer that is not 200, as programs read it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code { $($(#[doc = $doc])+ $name),+ }

        impl Code {
            /// Every code, in the order of the documentation.
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name),+];

            /// The code as it is sent.
            fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The status that it is sent with.
            fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),+ }
            }

            /// What it means where nothing more is known.
            fn message(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii()),+ }
            }
        }
    };
}

codes! {
    /// The command line makes no sense.
    InvalidCommand = "invalid_command", BAD_REQUEST;
    /// There is no such command.
    UnknownCommand = "unknown_command", BAD_REQUEST;
    /// A parameter of the request has no such value.
    InvalidParameter = "invalid_parameter", BAD_REQUEST;
    /// The token is missing or wrong.
    InvalidToken = "invalid_token", UNAUTHORIZED;
    /// The request comes from a page of another site.
    ForeignSite = "foreign_site", FORBIDDEN;
    /// There is nothing at this address.
    NotFound = "not_found", NOT_FOUND;
    /// There is no such kind of resources.
    UnknownKind = "unknown_kind", NOT_FOUND;
    /// There is no such job.
    UnknownJob = "unknown_job", NOT_FOUND;
    /// Nothing of this kind was collected yet.
    NotCollected = "not_collected", NOT_FOUND;
    /// This address does not take this method.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED;
    /// The job is running.
    JobRunning = "job_running", CONFLICT;
    /// The body is longer than a command line.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE;
    /// The server came upon a mistake in itself; its log says more.
    Internal = "internal", INTERNAL_SERVER_ERROR;
    /// The database cannot be used; the log says more.
    DatabaseUnavailable = "database_unavailable", SERVICE_UNAVAILABLE;
}

/// An answer that is not 200.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: Code,
    message: String,
    cause: Option<Cause>,
}

/// Why the server could not answer; the client learns nothing of it.
#[derive(Debug, Clone)]
struct Cause(Arc<DatabaseError>);

impl ApiError {
    /// With the code's own words.
    pub(crate) fn of(code: Code) -> Self {
        Self::saying(code, code.message())
    }

    /// With words for this request.
    pub(crate) fn saying(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), cause: None }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({"code": self.code.as_str(), "message": self.message});
        let mut response = (self.code.status(), Json(body)).into_response();
        if let Some(cause) = self.cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}

impl From<DatabaseError> for ApiError {
    /// With the cause for [`report`]; the client learns no addresses.
    fn from(error: DatabaseError) -> Self {
        Self { cause: Some(Cause(Arc::new(error))), ..Self::of(Code::DatabaseUnavailable) }
    }
}

impl From<RunError> for ApiError {
    fn from(error: RunError) -> Self {
        let code = match error {
            RunError::Unknown { .. } => Code::UnknownJob,
            RunError::Busy { .. } => Code::JobRunning,
            RunError::Panicked { .. } => Code::Internal,
        };
        Self::saying(code, error.to_string())
    }
}

impl From<CommandError> for ApiError {
    fn from(error: CommandError) -> Self {
        let code = match error {
            CommandError::Database(error) => return error.into(),
            CommandError::Job(error) => return error.into(),
            CommandError::NotCollected { .. } => Code::NotCollected,
            CommandError::Stage(ref error) if error.is_unknown() => Code::UnknownCommand,
            _ => Code::InvalidCommand,
        };
        Self::saying(code, error.to_string())
    }
}

/// Logs and reports, once, why the server could not answer.
pub(super) async fn report(State(core): State<Arc<Core>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if let Some(Cause(error)) = response.extensions().get() {
        tracing::error!(class = error.class().name(), "{}", with_causes(error));
        core.usage.database_failed(error);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_documented_with_its_status() {
        let text = include_str!("../../README.md");
        for code in Code::ALL {
            let row = format!("| {} | `{}` | {} |", code.status().as_u16(), code.as_str(), code.message());
            assert!(text.contains(&row), "README.md has a row {row}");
        }
        let rows = text.lines().filter(|line| line.starts_with("| 4") || line.starts_with("| 5")).count();
        assert_eq!(rows, Code::ALL.len(), "README.md has no other code");
    }
}
