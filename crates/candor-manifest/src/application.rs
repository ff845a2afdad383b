//! Which tool it is, who operates its telemetry, and where it goes.

use serde_json::{Value, json};

use crate::{
    document::{Section, Text},
    dsn::check_dsn,
};

/// The `[application]` of a manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Application {
    /// Its name; also the name of its directory and its key in `consent.toml`.
    pub name: String,
    /// Who receives what is recorded, in words; the contact where it is not stated.
    pub operator: Option<String>,
    /// Where to ask: an address or a URL.
    pub contact: String,
    /// The collector's base URL, without a `/` at its end.
    pub endpoint: String,
    /// The public key that says which project it belongs to.
    pub write_key: String,
    /// The page that tells users what is collected.
    pub docs: String,
    /// Where crash reports and errors go, as Sentry spells it: `https://PUBLIC_KEY@HOST/PROJECT_ID`.
    pub sentry_dsn: Option<String>,
}

impl Application {
    /// Who receives what is recorded.
    #[must_use]
    pub fn operator(&self) -> &str {
        self.operator.as_deref().unwrap_or(&self.contact)
    }

    pub(crate) fn read(section: &mut Section<'_>) -> Self {
        let text = |text: Option<Text>| text.map(|text| text.text).unwrap_or_default();
        let name = text(section.required_text("name", "say what the tool is called: name = \"my-tool\""));
        if !name.is_empty() && !is_application_name(&name) {
            section.problem_with(
                "name",
                "is no name",
                "use lower-case letters, digits and `-`, at most 40, a letter first",
            );
        }
        let operator = section.text("operator").map(|operator| operator.text);
        let contact =
            text(section.required_text("contact", "say where users can ask: contact = \"privacy@example.org\""));
        let endpoint =
            text(section.required_text("endpoint", "name the collector: endpoint = \"https://telemetry.example.org\""));
        if !endpoint.is_empty()
            && let Err(message) = check_url(&endpoint, true)
        {
            section.problem_with(
                "endpoint",
                message,
                "write https://HOST or https://HOST/PATH, or http:// and a loopback address",
            );
        }
        let key_fix = "write the key that `candor project create` printed: write_key = \"…\"";
        let write_key = text(section.required_text("write_key", key_fix));
        if !write_key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
            section.problem_with("write_key", "is no write key", key_fix);
        }
        let docs = text(section.required_text(
            "docs",
            "publish what `candor manifest docs` prints and name the page: docs = \"https://…\"",
        ));
        if !docs.is_empty()
            && let Err(message) = check_url(&docs, false)
        {
            section.problem_with("docs", message, "write the address of the page that tells users what is collected");
        }
        let sentry_dsn = section.text("sentry_dsn").map(|dsn| dsn.text);
        if let Some(Err(message)) = sentry_dsn.as_deref().map(check_dsn) {
            let fix = "write https://PUBLIC_KEY@HOST/PROJECT_ID, as `candor project create` printed it";
            section.problem_with("sentry_dsn", message, fix);
        }
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        Self { name, operator, contact, endpoint, write_key, docs, sentry_dsn }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut object = json!({
            "name": self.name, "contact": self.contact, "endpoint": self.endpoint,
            "write_key": self.write_key, "docs": self.docs,
        });
        for (key, value) in [("operator", &self.operator), ("sentry_dsn", &self.sentry_dsn)] {
            if let Some(value) = value {
                object[key] = value.as_str().into();
            }
        }
        object
    }
}

/// Also the name of a directory, so nothing that means something to a file system.
fn is_application_name(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

/// Checks that it is a plain URL and, where `private`, that nobody on the way can read what is sent there.
pub(crate) fn check_url(url: &str, private: bool) -> Result<(), &'static str> {
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return Err("is no http or https address"),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || url.contains(char::is_whitespace) {
        return Err("is no http or https address");
    }
    if authority.contains('@') {
        return Err("contains a user name or a password");
    }
    if private && rest.contains(['?', '#']) {
        return Err("contains a query or a fragment");
    }
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let loopback = host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    if private && !secure && !loopback { Err("would carry telemetry over the network in the clear") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telemetry_goes_over_https_or_stays_on_the_machine() {
        for url in [
            "https://t.example.org",
            "https://t.example.org:8443/in",
            "http://127.0.0.1:8700",
            "http://[::1]:1",
            "http://localhost",
        ] {
            assert_eq!(check_url(url, true), Ok(()), "{url}");
        }
        for url in [
            "http://t.example.org",
            "http://127.0.0.1.example.org",
            "ftp://x",
            "https://",
            "https://a:b@x",
            "https://x/?q=1",
            "https://x y",
        ] {
            assert!(check_url(url, true).is_err(), "{url}");
        }
        assert_eq!(check_url("http://example.org/docs#what", false), Ok(()));
    }
}
