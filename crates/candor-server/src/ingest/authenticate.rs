//! Which project a request is for.

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::origin::Origin;
use crate::project::Ingesting;
use candor_wire::Timestamp;
use std::sync::Arc;

/// The project of the key in the head; `None` where the head has no key, so that the body must have it. Every try counts
/// against its sender.
pub(super) async fn by_head(
    app: &App,
    origin: &Origin,
    key: Option<&str>,
    received: Timestamp,
) -> Result<Option<Arc<Ingesting>>, ApiError> {
    app.shared().admission.meter(origin.sender)?;
    match key {
        Some(key) => app.shared().keys.project(key, received.day()).await.map(Some),
        None => Ok(None),
    }
}

/// The project of the key in the body; `places` says where it could have been.
pub(super) async fn by_body(
    app: &App,
    key: Option<&str>,
    places: &str,
    received: Timestamp,
) -> Result<Arc<Ingesting>, ApiError> {
    match key {
        Some(key) => app.shared().keys.project(key, received.day()).await,
        None => Err(ApiError::from(Code::InvalidWriteKey).detail(places)),
    }
}
