//! The SDK in a real process: the fixture tool, started as users start tools, with real files and real sockets.

#![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]
#![expect(
    clippy::disallowed_methods,
    reason = "the tests stand outside of the SDK, and set its clock by a file's time"
)]

mod consent;
mod counting;
mod crash;
mod delivery;
mod error;
mod foreign_files;
mod fork;
#[cfg(feature = "tls")]
mod https;
mod identity;
mod in_the_way;
mod inspect;
mod lifecycle;
mod network;
mod off;
mod spool;
#[cfg(feature = "tls")]
mod tls_server;
mod tool;
mod user;
