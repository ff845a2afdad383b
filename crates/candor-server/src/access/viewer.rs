//! Who is looking: a program with a token, or a signed-in browser.

use super::credentials::bearer_token;
use super::{Scope, Secret};
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::project::unavailable;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use std::convert::Infallible;
use std::time::Duration;

/// The name of the session cookie.
const SESSION: &str = "candor_session";

/// A program that presented a valid API token.
#[derive(Debug)]
pub(crate) struct TokenBearer(pub(crate) Scope);

impl FromRequestParts<App> for TokenBearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let token = bearer_token(&parts.headers).ok_or(Code::InvalidToken)?;
        scope_of_token(app, token).await.map(Self)
    }
}

impl TokenBearer {
    /// Fails unless the project may be seen. What may not be seen looks like what does not exist.
    pub(crate) fn require(&self, project: &str) -> Result<(), ApiError> {
        if self.0.allows(project) { Ok(()) } else { Err(Code::InvalidToken.into()) }
    }
}

/// What a token opens.
pub(crate) async fn scope_of_token(app: &App, token: &str) -> Result<Scope, ApiError> {
    let project = app.catalog().project_for_token(token.trim()).await;
    let project = project.map_err(|error| unavailable(error, app.limits().retry_after))?;
    project.map(|project| Scope::Project(project.name)).ok_or_else(|| Code::InvalidToken.into())
}

/// A browser that signed in.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) scope: Scope,
    pub(crate) session: Secret,
}

/// A browser that did not is shown the way.
#[derive(Debug)]
pub(crate) struct NotSignedIn;

impl IntoResponse for NotSignedIn {
    fn into_response(self) -> Response {
        Redirect::to("/").into_response()
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = NotSignedIn;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, NotSignedIn> {
        let session = session_cookie(&parts.headers).ok_or(NotSignedIn)?;
        let scope = app.shared().sessions.scope(&session).ok_or(NotSignedIn)?;
        Ok(Self { scope, session })
    }
}

impl OptionalFromRequestParts<App> for SignedIn {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Infallible> {
        Ok(<Self as FromRequestParts<App>>::from_request_parts(parts, app).await.ok())
    }
}

fn session_cookie(headers: &HeaderMap) -> Option<Secret> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == SESSION).map(|(_, value)| Secret::presented(value))
}

/// The cookie that keeps a browser signed in. Scripts cannot read it, and no other site's page sends it along.
pub(crate) fn set_session(session: &Secret, lifetime: Duration) -> Option<HeaderValue> {
    cookie(session.reveal(), lifetime)
}

/// The cookie that signs a browser out.
pub(crate) fn clear_session() -> Option<HeaderValue> {
    cookie("", Duration::ZERO)
}

/// `Secure` comes with TLS: browsers drop such cookies on plain HTTP, and loopback is where this listens by default.
fn cookie(value: &str, lifetime: Duration) -> Option<HeaderValue> {
    let text = format!("{SESSION}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}", lifetime.as_secs());
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let headers = HeaderMap::from_iter([(COOKIE, "a=b; candor_session=0123; c=d".parse().unwrap())]);
        assert_eq!(session_cookie(&headers).unwrap().reveal(), "0123");
        let headers = HeaderMap::from_iter([(COOKIE, "not_candor_session=0123".parse().unwrap())]);
        assert!(session_cookie(&headers).is_none());
    }

    #[test]
    fn the_cookie_is_for_this_site_and_no_script() {
        let cookie = set_session(&Secret::presented("abc"), Duration::from_secs(60)).unwrap();
        assert_eq!(cookie, "candor_session=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=60");
    }
}
