//! What pages are made to look by.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

/// `GET /assets/candor.css`. Kept for an hour: a newer collector may have a newer style.
pub(crate) async fn get_stylesheet() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")];
    (headers, candor_web::STYLESHEET)
}
