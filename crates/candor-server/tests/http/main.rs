//! The real server on a real socket, asked by hand-written requests.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod api;
mod aptabase;
mod bodies;
mod documentation;
mod identity;
mod items;
mod keys;
mod metrics;
mod origin;
mod overload;
mod pages;
mod posthog;
mod sentry;
mod server;
mod stopping;
mod tls;
