//! Which project a request is for.

use crate::access::credentials;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::project::Ingesting;
use axum::http::HeaderMap;
use std::sync::Arc;

/// The project of the key in the head; `None` where the head has no key, so that the body must have it.
pub(super) async fn by_head(app: &App, headers: &HeaderMap) -> Result<Option<Arc<Ingesting>>, ApiError> {
    match credentials::write_key(headers) {
        Some(key) => app.shared().keys.project(&key).await.map(Some),
        None => Ok(None),
    }
}

/// The project of the `writeKey` in the body.
pub(super) async fn by_body(app: &App, key: Option<&str>) -> Result<Arc<Ingesting>, ApiError> {
    match key {
        Some(key) => app.shared().keys.project(key).await,
        None => Err(ApiError::from(Code::InvalidWriteKey)
            .detail("give it as the user name of Basic authorization, as a Bearer token, or as writeKey in the body")),
    }
}
