//! What an `$exception` says becomes a crash report.

use crate::{
    Environment, Timestamp,
    decode::{
        content_id::{hash_of, simple_id},
        limits::MAX_EXCEPTIONS,
        list::FirstOf,
        stack::{Images, RawException, Room, chain, held_images, text},
    },
    report::{CrashReport, Exception, Frame, Image, Level},
    segment::Sdk,
};

/// What the properties of an `$exception` say of it.
#[derive(Default)]
pub(super) struct RawReport {
    pub(super) level: Option<String>,
    /// What came of it first, its first cause last.
    pub(super) list: FirstOf<RawException, MAX_EXCEPTIONS>,
    pub(super) images: Images,
    /// Type and text of clients that send no list.
    pub(super) class: Option<String>,
    pub(super) value: Option<String>,
    /// What is kept of the list and the images.
    exceptions: Vec<Exception>,
    frames: Vec<Frame>,
    held_images: Vec<Image>,
}

/// What is known of it beside the exception itself.
pub(super) struct Seen<'a> {
    pub(super) message_id: &'a str,
    pub(super) time: Timestamp,
    pub(super) environment: &'a Environment,
    pub(super) sdk: Option<&'a Sdk>,
}

impl RawReport {
    /// Keeps one stack of all that were read.
    pub(super) fn complete(&mut self, room: &mut Room) {
        let mut list = std::mem::take(&mut self.list).into_vec();
        list.reverse();
        (self.exceptions, self.frames) = chain(list);
        self.held_images = held_images(std::mem::take(&mut self.images));
        room.hold(&mut self.frames, &mut self.held_images);
    }

    /// The report. There is always an exception in it.
    pub(super) fn into_report(self, seen: &Seen<'_>) -> CrashReport {
        let Self { level, mut exceptions, frames, held_images: images, .. } = self;
        if exceptions.is_empty() {
            let class = self.class.map_or_else(|| "unknown".to_owned(), text);
            exceptions.push(Exception { class, value: self.value.map(text), ..Exception::default() });
        }
        CrashReport {
            event_id: simple_id(seen.message_id).unwrap_or_else(|| hash_of(seen.message_id.as_bytes())),
            time: seen.time,
            level: level.as_deref().and_then(Level::from_name).unwrap_or(Level::Error),
            platform: platform_of(seen.sdk).to_owned(),
            message: None,
            exceptions,
            frames,
            images,
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
