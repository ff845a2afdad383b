//! HTTP: one file a resource, each complete with its answers. `ROUTES` is what README.md tells.

mod access;
mod cli_execute;
mod error;
mod health;
mod job_list;
mod resource;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    response::IntoResponse,
    routing::{get, post},
};

use tower_http::catch_panic::CatchPanicLayer;

use self::error::{ApiError, Code};
use crate::core::Core;

/// The largest body: a command line. The usual limit of two megabytes is no line that anybody writes.
const LARGEST_BODY_BYTES: usize = 16 * 1024;

/// All routes.
pub(crate) fn router(core: Arc<Core>) -> Router {
    let restricted = Router::new()
        .route("/cli/execute", post(cli_execute::execute_line))
        .route("/inventory/{kind}", get(resource::list_resources))
        .route("/jobs", get(job_list::list_jobs))
        .route("/jobs/{name}/run", post(job_list::run_job))
        .fallback(async || ApiError::of(Code::NotFound))
        .method_not_allowed_fallback(async || ApiError::of(Code::MethodNotAllowed))
        .layer(middleware::from_fn_with_state(Arc::clone(&core), access::check));
    let open = Router::new()
        .route("/healthz", get(health::show_health))
        .method_not_allowed_fallback(async || ApiError::of(Code::MethodNotAllowed));
    // A handler that panics takes only its own request with it.
    let panicked = |_| ApiError::of(Code::Internal).into_response();
    let layers = (DefaultBodyLimit::max(LARGEST_BODY_BYTES), CatchPanicLayer::custom(panicked));
    let reported = middleware::from_fn_with_state(Arc::clone(&core), error::report);
    restricted.merge(open).layer(reported).layer(layers).with_state(core)
}
