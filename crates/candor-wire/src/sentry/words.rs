//! The words that carry more than themselves; docs/wire.md lists them.

/// The version of Candor's spelling, in `contexts.candor.format`. It says that tags of these names are the environment.
pub(super) const FORMAT: i64 = 1;

/// The environment's words that Sentry has no place for: Candor's own events carry them as tags.
pub(super) mod tag {
    pub(crate) const COMMIT: &str = "commit";
    pub(crate) const BUILT: &str = "built";
    pub(crate) const CHANNEL: &str = "channel";
    pub(crate) const CI: &str = "ci";
    pub(crate) const CONTAINER: &str = "container";
    pub(crate) const INTERACTIVE: &str = "interactive";
    pub(crate) const AGENT: &str = "agent";
    pub(crate) const DATABASE: &str = "database";
}
