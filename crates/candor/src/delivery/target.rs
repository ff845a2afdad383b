//! Where an application's records go.

use candor_wire::sentry::Dsn;

use crate::{
    declared::Declaration,
    text::without_end,
    variables::{Lookup, text},
};

/// The addresses and public keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The base URL of the collector of usage, without a slash at its end.
    pub(super) endpoint: String,
    pub(super) write_key: String,
    /// Where reports of crashes and errors go.
    pub(super) dsn: Option<Dsn>,
}

impl Target {
    /// What the manifest says, unless `CANDOR_ENDPOINT`, `CANDOR_WRITE_KEY` or `CANDOR_SENTRY_DSN` say otherwise. Another
    /// endpoint takes the reports too, so that nothing goes to the tool's own servers from where its tests run.
    pub(crate) fn of(declaration: &Declaration, lookup: Lookup<'_>) -> Self {
        let endpoint = text(lookup, "CANDOR_ENDPOINT").map(|endpoint| without_end(&endpoint, '/').to_owned());
        let dsn = match text(lookup, "CANDOR_SENTRY_DSN") {
            Some(dsn) => dsn.parse().ok(),
            None => {
                let declared = declaration.sentry_dsn.and_then(|dsn| dsn.parse::<Dsn>().ok());
                declared.map(|dsn| endpoint.as_deref().map_or(dsn.clone(), |endpoint| dsn.at(endpoint)))
            }
        };
        Self {
            endpoint: endpoint.unwrap_or_else(|| without_end(declaration.endpoint, '/').to_owned()),
            write_key: text(lookup, "CANDOR_WRITE_KEY").unwrap_or_else(|| declaration.write_key.to_owned()),
            dsn,
        }
    }

    /// The base URL of the collector of usage.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }
}
