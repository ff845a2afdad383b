//! The dashboard: pages for people, without a script.

pub(crate) mod assets;
pub(crate) mod home;
pub(crate) mod project;
pub(crate) mod sign_in;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

/// A page. It shows a private project, so nothing on the way may keep it.
fn html(page: String) -> Response {
    const HEADERS: [(HeaderName, HeaderValue); 2] = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (HEADERS, page).into_response()
}
