//! Signing a browser in and out.

use super::html;
use crate::access::viewer::{SignedIn, TokenBearer, clear_session, set_session};
use crate::access::{Scope, Secret};
use crate::app::App;
use crate::error::{ApiError, Code};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use candor_store::TokenScope;
use serde::Deserialize;

/// What browsers say of where a request comes from; other programs do not send it.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The form of the login page.
#[derive(Debug, Deserialize)]
pub(crate) struct Login {
    /// An API token.
    token: String,
}

/// `POST /login`
pub(crate) async fn post_login(
    State(app): State<App>,
    headers: HeaderMap,
    Form(login): Form<Login>,
) -> Result<Response, ApiError> {
    refuse_foreign_form(&headers)?;
    let bearer = TokenBearer::of(&app, &login.token).await;
    match bearer.and_then(|bearer| bearer.allowed_in(TokenScope::Read).cloned()) {
        Ok(scope) => sign_in(&app, scope),
        Err(error) if matches!(error.code(), Code::InvalidToken | Code::InsufficientScope) => {
            let why = match error.code() {
                Code::InvalidToken => "This token is not known here.",
                _ => "This token may not look at reports.",
            };
            Ok((error.code().status(), html(candor_web::login(Some(why)))).into_response())
        }
        Err(error) => Err(error),
    }
}

/// `POST /logout`
pub(crate) async fn post_logout(
    State(app): State<App>,
    headers: HeaderMap,
    signed_in: Option<SignedIn>,
) -> Result<Response, ApiError> {
    refuse_foreign_form(&headers)?;
    if let Some(SignedIn { session, .. }) = signed_in {
        app.shared().sessions.take(&session);
    }
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, "/")]).into_response();
    if let Some(cookie) = clear_session() {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// `GET /signin/{code}`: works once.
pub(crate) async fn get_signin(State(app): State<App>, Path(code): Path<String>) -> Result<Response, ApiError> {
    match app.shared().signins.take(&Secret::presented(&code)) {
        Some(scope) => sign_in(&app, scope),
        None => {
            let page = candor_web::login(Some("This link was used before, or is too old."));
            Ok((StatusCode::UNAUTHORIZED, html(page)).into_response())
        }
    }
}

/// Opens a session and leads to what it shows.
fn sign_in(app: &App, scope: Scope) -> Result<Response, ApiError> {
    let sessions = &app.shared().sessions;
    let to = match &scope {
        Scope::Everything => "/".to_owned(),
        Scope::Project(name) => format!("/projects/{name}"),
    };
    let internal = |error: getrandom::Error| ApiError::from(Code::Internal).because(error);
    let session = sessions.issue(scope).map_err(internal)?;
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    let cookie = set_session(&session, sessions.lifetime()).ok_or(Code::Internal)?;
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

/// Another site's form could sign a visitor in to the attacker's project, or out.
fn refuse_foreign_form(headers: &HeaderMap) -> Result<(), ApiError> {
    match headers.get(SEC_FETCH_SITE).map(|value| value.as_bytes()) {
        None | Some(b"same-origin" | b"none") => Ok(()),
        Some(_) => Err(Code::ForeignForm.into()),
    }
}
