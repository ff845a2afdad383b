//! The words that carry more than themselves; docs/wire.md lists them.

/// The version of Candor's spelling, in `context.candor.format`.
pub const FORMAT: i64 = 1;

/// The `anonymousId` that says nothing: the protocol wants one.
pub const ANONYMOUS: &str = "anonymous";

/// The words in the `properties` of Candor's own items that are not declared fields.
///
/// `component_version` is not among them: it has a word of its own only in the manifest, and is an attribute here.
pub const RESERVED: &[&str] =
    &["name", "outcome", "duration_ms", "durations", "error_class", "count", "parent", "parts"];

/// Whether no attribute of Candor's own items may be called `name`.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}
