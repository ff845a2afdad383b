//! The log: on standard error, for people or for programs.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// What is logged unless `RUST_LOG` says otherwise: our own words, and only trouble from the libraries.
const USUAL: &str = "warn,inventory_core=info";

/// Begins to log.
pub(crate) fn start(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    let coloured = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(coloured);
    // Nobody has started one before.
    let _ = if json { log.json().try_init() } else { log.try_init() };
}
