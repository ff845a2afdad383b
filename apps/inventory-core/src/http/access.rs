//! Who may ask. An inventory holds secrets, such as command lines of processes.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};

use super::{ApiError, Code};
use crate::core::Core;

/// Lets a request through that has the token. A server without one is reachable from this computer only, and asks for
/// something else: that no page of another site makes the user's browser ask.
pub(super) async fn check(State(core): State<Arc<Core>>, request: Request, next: Next) -> Result<Response, ApiError> {
    match &core.settings.token {
        Some(token) if !has_token(request.headers(), token) => return Err(ApiError::of(Code::InvalidToken)),
        None if is_foreign(request.headers()) => return Err(ApiError::of(Code::ForeignSite)),
        _ => {}
    }
    Ok(next.run(request).await)
}

fn has_token(headers: &HeaderMap, token: &str) -> bool {
    let given = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
    given.and_then(|value| value.strip_prefix(b"Bearer ")).is_some_and(|given| is_same(given, token.as_bytes()))
}

/// In a time that does not tell how much of it is right.
fn is_same(given: &[u8], wanted: &[u8]) -> bool {
    let difference = given.iter().zip(wanted).fold(0, |difference, (left, right)| difference | (left ^ right));
    given.len() == wanted.len() && difference == 0
}

/// Browsers say from which site a page asks; and a name that somebody made lead here is not one of this computer's.
fn is_foreign(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    headers.contains_key(header::ORIGIN) || !["127.0.0.1", "localhost", "[::1]", ""].contains(&name)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn only_the_whole_token_is_the_token() {
        for (value, is_right) in
            [("Bearer abc", true), ("Bearer ab", false), ("Bearer abcd", false), ("abc", false), ("Basic abc", false)]
        {
            assert_eq!(has_token(&headers(header::AUTHORIZATION, value), "abc"), is_right, "{value}");
        }
    }

    #[test]
    fn a_page_of_another_site_is_foreign_and_a_program_is_not() {
        assert!(!is_foreign(&headers(header::HOST, "127.0.0.1:8900")));
        assert!(!is_foreign(&headers(header::HOST, "localhost:8900")));
        assert!(!is_foreign(&headers(header::HOST, "[::1]:8900")));
        assert!(is_foreign(&headers(header::HOST, "rebound.example:8900")));
        assert!(is_foreign(&headers(header::ORIGIN, "https://page.example")));
    }
}
