//! What an `$exception` says becomes a crash report.

use super::properties::RawReport;
use crate::{
    Environment, Timestamp,
    decode::{
        content_id::{hash_of, simple_id},
        stack::{chain, held_images, text},
    },
    report::{CrashReport, Exception, Level},
    segment::Sdk,
};

/// What is known of it beside the exception itself.
pub(super) struct Seen<'a> {
    pub(super) message_id: &'a str,
    pub(super) time: Timestamp,
    pub(super) environment: &'a Environment,
    pub(super) sdk: Option<&'a Sdk>,
}

impl RawReport {
    /// The report. There is always an exception in it.
    pub(super) fn into_report(self, seen: &Seen<'_>) -> CrashReport {
        let mut exceptions = self.exceptions.into_vec();
        exceptions.reverse();
        let (mut exceptions, frames) = chain(exceptions);
        if exceptions.is_empty() {
            let class = self.class.map_or_else(|| "unknown".to_owned(), text);
            exceptions.push(Exception { class, value: self.value.map(text), ..Exception::default() });
        }
        CrashReport {
            event_id: simple_id(seen.message_id).unwrap_or_else(|| hash_of(seen.message_id.as_bytes())),
            time: seen.time,
            level: self.level.as_deref().and_then(Level::from_name).unwrap_or(Level::Error),
            platform: platform_of(seen.sdk).to_owned(),
            message: None,
            exceptions,
            frames,
            images: held_images(self.images),
            environment: seen.environment.clone(),
            transaction: None,
            // The tool's name is not said; its version is in the environment.
            release: None,
            sdk: seen.sdk.cloned(),
        }
    }
}

/// What the code is, in Sentry's words: the language of the client, as its name says it.
fn platform_of(sdk: Option<&Sdk>) -> &str {
    match sdk.map(|sdk| sdk.name.as_str()) {
        Some("posthog-python") => "python",
        Some("posthog-ruby") => "ruby",
        Some("posthog-go") => "go",
        Some("posthog-php") => "php",
        Some("posthog-elixir") => "elixir",
        Some("posthog-rs" | "posthog-ios") => "native",
        Some("posthog-java" | "posthog-android") => "java",
        Some("posthog-dotnet") => "csharp",
        Some("web" | "posthog-js" | "posthog-js-lite" | "posthog-react-native") => "javascript",
        Some("posthog-node" | "posthog-edge") => "node",
        _ => "other",
    }
}
