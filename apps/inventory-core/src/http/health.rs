//! `GET /healthz`: whether the server can do its work. Needs no token, and tells nothing else.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;

use super::ApiError;
use crate::core::Core;

/// The answer of a server that can.
#[derive(Debug, Serialize)]
pub(super) struct Health {
    status: &'static str,
}

/// Opens the inventory.
pub(super) async fn show_health(State(core): State<Arc<Core>>) -> Result<Json<Health>, ApiError> {
    core.inventory.ask(|_| Ok::<_, ApiError>(())).await?;
    Ok(Json(Health { status: "ok" }))
}
