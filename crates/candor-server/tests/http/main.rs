//! The real server on a real socket, asked by hand-written requests.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod api;
mod aptabase;
mod attacks;
mod bodies;
mod documentation;
mod identity;
mod items;
mod keys;
mod maintenance;
mod memory;
mod metrics;
mod minidump;
mod origin;
mod otlp;
mod overload;
mod pages;
mod posthog;
mod rates;
mod reports;
mod sentry;
mod server;
mod stopping;
mod tls;
mod tokens;
mod totals;
