//! OpenTelemetry's semantic conventions: which names stand for what is never kept.

/// Attributes of these names, and of names that go on after a dot, are skipped before anything looks at them: by convention
/// they hold addresses, hosts, people, paths, command lines, queries and texts. What no convention names goes the way of every
/// foreign property: to the scrubber, or to the manifest.
pub const NEVER_KEPT: &[&str] = &[
    "aws",
    "azure",
    "browser",
    "client",
    "cloud",
    "code",
    "container",
    "db.connection_string",
    "db.query",
    "db.statement",
    "db.user",
    "destination",
    "device.id",
    "enduser",
    "exception",
    "file",
    "gcp",
    "geo",
    "host",
    "http.client_ip",
    "http.host",
    "http.request.header",
    "http.response.header",
    "http.target",
    "http.url",
    "http.user_agent",
    "k8s",
    "log",
    "net",
    "network",
    "peer",
    "process",
    "server",
    "service.instance.id",
    "session",
    "source",
    "thread",
    "tls",
    "url",
    "user",
    "user_agent",
];

/// Whether an attribute of this name is one that is never kept.
pub(super) fn is_never_kept(name: &str) -> bool {
    let goes_on = |known: &str| name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    NEVER_KEPT.iter().any(|known| goes_on(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_of_a_name_are_compared() {
        for name in ["user", "user.email", "host.name", "process.command_line", "url.full", "service.instance.id"] {
            assert!(is_never_kept(name), "{name}");
        }
        for name in ["users", "hosting", "db.system", "service.name", "http.route", "command"] {
            assert!(!is_never_kept(name), "{name}");
        }
    }
}
