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
use candor_store::{TokenScope, TokenScopes};
use std::convert::Infallible;
use std::time::Duration;

/// The name of the session cookie.
const SESSION: &str = "candor_session";

/// A program that presented a valid API token.
#[derive(Debug)]
pub(crate) struct TokenBearer {
    /// Where it may do it.
    scope: Scope,
    /// What it may do there.
    allowed: TokenScopes,
}

impl FromRequestParts<App> for TokenBearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        Self::of(app, bearer_token(&parts.headers).ok_or(Code::InvalidToken)?).await
    }
}

impl TokenBearer {
    /// Who brings this token.
    ///
    /// # Errors
    /// `invalid_token` where it is unknown or has ended.
    pub(crate) async fn of(app: &App, token: &str) -> Result<Self, ApiError> {
        let access = app.catalog().access_by_token(token.trim()).await;
        let access = access.map_err(|error| unavailable(error, app.limits().retry_after))?.ok_or(Code::InvalidToken)?;
        let scope = access.project.map_or(Scope::Everything, |project| Scope::Project(project.name));
        Ok(Self { scope, allowed: access.scopes })
    }

    /// Fails unless the project's reports may be seen.
    pub(crate) fn require(&self, project: &str) -> Result<(), ApiError> {
        self.require_of(project, TokenScope::Read)
    }

    /// Where this may be done.
    ///
    /// # Errors
    /// `insufficient_scope` where it may be done nowhere.
    pub(crate) fn allowed_in(&self, wanted: TokenScope) -> Result<&Scope, ApiError> {
        if self.allowed.contains(wanted) {
            return Ok(&self.scope);
        }
        Err(ApiError::from(Code::InsufficientScope).detail(format!("this takes a token with the scope {wanted}")))
    }

    /// Fails unless this may be done to the project: [`TokenScope::Admin`] for what changes or removes what is stored.
    /// What may not be seen looks like what does not exist.
    pub(crate) fn require_of(&self, project: &str, wanted: TokenScope) -> Result<(), ApiError> {
        if self.allowed_in(wanted)?.allows(project) { Ok(()) } else { Err(Code::InvalidToken.into()) }
    }
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
