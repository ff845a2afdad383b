//! Where crash reports and errors go: a DSN that may stand in a tool that everybody can read.

use candor_wire::sentry::Dsn;

use crate::application::check_url;

/// Checks that it is a DSN without a secret, and that nobody on the way can read what is sent there. The message fits
/// behind the key's name.
pub(crate) fn check_dsn(text: &str) -> Result<(), &'static str> {
    let Ok(dsn) = text.parse::<Dsn>() else { return Err("is no DSN") };
    if dsn.to_string() != text {
        return Err("contains a secret, which a tool cannot keep");
    }
    check_url(&dsn.envelope_url(), true)
}

/// The scheme, host and port of a checked DSN.
pub(crate) fn origin(text: &str) -> String {
    let url = text.parse::<Dsn>().map(|dsn| dsn.envelope_url()).unwrap_or_default();
    url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dsn_has_a_public_key_a_host_that_is_safe_to_send_to_and_a_project() {
        for dsn in [
            "https://abc123@sentry.example.org/1",
            "https://abc_1-2@sentry.example.org:8443/base/path/42",
            "http://abc@127.0.0.1:8700/1",
            "http://abc@[::1]:8700/1",
            "http://abc@localhost/1",
        ] {
            assert_eq!(check_dsn(dsn), Ok(()), "{dsn}");
        }
        for dsn in [
            "",
            "sentry.example.org/1",
            "https://sentry.example.org/1",
            "https://@sentry.example.org/1",
            "https://abc:secret@sentry.example.org/1",
            "https://a/b@sentry.example.org/1",
            "https://abc@sentry.example.org",
            "https://abc@sentry.example.org/",
            "https://abc@sentry.example.org/one",
            "https://abc@/1",
            "https://abc@sentry.example.org/1?q=1",
            "https://abc@other@sentry.example.org/1",
            "http://abc@sentry.example.org/1",
            "http://abc@127.0.0.1.example.org/1",
            "ftp://abc@127.0.0.1/1",
        ] {
            assert!(check_dsn(dsn).is_err(), "{dsn}");
        }
        assert_eq!(check_dsn("https://abc:secret@host/1"), Err("contains a secret, which a tool cannot keep"));
    }

    #[test]
    fn the_origin_tells_the_host_and_not_the_key() {
        assert_eq!(origin("https://abc@sentry.example.org:8443/base/1"), "https://sentry.example.org:8443");
    }
}
