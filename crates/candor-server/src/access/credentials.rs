//! Reading write keys and tokens from a request's head.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// The write key that the head carries: the user name of Basic (with an empty password) or a Bearer token.
///
/// `None` also when the header is malformed: the body may still carry a key.
pub(crate) fn write_key(headers: &HeaderMap) -> Option<String> {
    let (scheme, value) = authorization(headers)?;
    match scheme.to_ascii_lowercase().as_str() {
        "basic" => {
            // Padding is missing in what some clients send.
            let decoded = STANDARD_NO_PAD.decode(value.trim_end_matches('=')).ok()?;
            let text = String::from_utf8(decoded).ok()?;
            let key = text.split_once(':').map_or(text.as_str(), |(user, _password)| user);
            (!key.is_empty()).then(|| key.to_owned())
        }
        "bearer" => Some(value.to_owned()),
        _ => None,
    }
}

/// The key of an exporter of OpenTelemetry, whose users can add any header: as [`write_key`], or `x-api-key`, or `api-key`.
pub(crate) fn exporter_key(headers: &HeaderMap) -> Option<String> {
    let of_header =
        |name: &str| Some(headers.get(name)?.to_str().ok()?.trim().to_owned()).filter(|key| !key.is_empty());
    write_key(headers).or_else(|| of_header("x-api-key")).or_else(|| of_header("api-key"))
}

/// The public key of a Sentry DSN, as the head or the query carries it: `sentry_key` in `X-Sentry-Auth` or, of very old
/// clients, in `Authorization`, or `?sentry_key=`.
pub(crate) fn sentry_key(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    let of_header = |name: &str| {
        let (scheme, pairs) = headers.get(name)?.to_str().ok()?.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("sentry").then(|| value_of(pairs.split(','), "sentry_key")).flatten()
    };
    let of_query = || value_of(query?.split('&'), "sentry_key");
    of_header("x-sentry-auth").or_else(|| of_header("authorization")).or_else(of_query)
}

/// The value of `name=value` among these. A key has no character that would be escaped.
fn value_of<'a>(mut pairs: impl Iterator<Item = &'a str>, name: &str) -> Option<String> {
    let value = pairs.find_map(|pair| pair.trim().strip_prefix(name)?.trim_start().strip_prefix('='))?;
    let value = value.trim().trim_matches('"');
    (!value.is_empty()).then(|| value.to_owned())
}

/// The API token that the head carries.
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, value) = authorization(headers)?;
    scheme.eq_ignore_ascii_case("bearer").then_some(value)
}

fn authorization(headers: &HeaderMap) -> Option<(&str, &str)> {
    let (scheme, value) = headers.get(AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    let value = value.trim();
    (!value.is_empty()).then_some((scheme, value))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    fn head(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn a_write_key_is_found_wherever_clients_put_it_in_the_head() {
        assert_eq!(write_key(&head("Basic a2V5OnBhc3N3b3Jk")).as_deref(), Some("key"));
        assert_eq!(write_key(&head("basic a2V5Og==")).as_deref(), Some("key"));
        assert_eq!(write_key(&head("Basic a2V5Og")).as_deref(), Some("key"));
        assert_eq!(write_key(&head("Basic a2V5")).as_deref(), Some("key"));
        assert_eq!(write_key(&head("Bearer key")).as_deref(), Some("key"));
        for nothing in ["Basic", "Basic ", "Basic !!!", "Basic Og==", "Digest key", "Basic /w=="] {
            assert_eq!(write_key(&head(nothing)), None, "{nothing}");
        }
    }

    #[test]
    fn an_exporters_key_is_found_in_any_header_that_its_users_choose() {
        for name in ["authorization", "x-api-key", "api-key"] {
            let value = if name == "authorization" { "Bearer k3y" } else { " k3y " };
            let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
            assert_eq!(exporter_key(&headers).as_deref(), Some("k3y"), "{name}");
        }
        let empty = HeaderMap::from_iter([("x-api-key".parse().unwrap(), " ".parse().unwrap())]);
        assert_eq!(exporter_key(&empty), None);
    }

    #[test]
    fn a_sentry_key_is_found_wherever_clients_put_it() {
        let with =
            |name: &'static str, value: &str| HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
        for (name, value) in [
            ("x-sentry-auth", "Sentry sentry_key=k3y, sentry_version=7, sentry_client=sentry.python/2.75.0"),
            ("x-sentry-auth", "Sentry sentry_version=7,sentry_client=raven,sentry_key=k3y"),
            ("x-sentry-auth", "sentry sentry_timestamp=1.5, sentry_key = \"k3y\""),
            ("authorization", "Sentry sentry_version=7, sentry_key=k3y, sentry_secret=s"),
        ] {
            assert_eq!(sentry_key(&with(name, value), None).as_deref(), Some("k3y"), "{value}");
        }
        let none = HeaderMap::new();
        assert_eq!(sentry_key(&none, Some("sentry_version=7&sentry_key=k3y&x=y")).as_deref(), Some("k3y"));
        for query in [None, Some(""), Some("sentry_key="), Some("xsentry_key=k")] {
            assert_eq!(sentry_key(&none, query), None, "{query:?}");
        }
        assert_eq!(sentry_key(&with("authorization", "Bearer sentry_key=k"), None), None);
    }

    #[test]
    fn only_bearer_carries_a_token() {
        assert_eq!(bearer_token(&head("bearer abc")), Some("abc"));
        assert_eq!(bearer_token(&head("Basic a2V5Og==")), None);
    }
}
