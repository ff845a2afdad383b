//! For whatever watches the process.

use crate::app::App;
use crate::error::{ApiError, Code};
use axum::extract::State;

/// `GET /healthz`: the process answers.
pub(crate) async fn get_health() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the catalog can be read, so that events can be taken.
pub(crate) async fn get_readiness(State(app): State<App>) -> Result<&'static str, ApiError> {
    match app.catalog().projects().await {
        Ok(_) => Ok("ready\n"),
        Err(error) => {
            let wait = app.limits().retry_after;
            Err(ApiError::from(Code::StorageUnavailable).retry_after(wait).because(error))
        }
    }
}
