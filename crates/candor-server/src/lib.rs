//! The HTTP side of the Candor collector: ingest, API, pages, limits.
//!
//! For whoever runs a collector: [`App::open`] opens a data directory, [`serve`] answers on a socket. Not for reading
//! data beside a collector: that is `candor_store::Reader`. docs/http.md describes routes, codes and bounds.
//!
//! An answer of 2xx to an event means that it is on the disk and will be counted exactly once. Of the client's address
//! only a country and a keyed number go beyond the connection, and nothing that a client sent is logged.

mod access;
mod admission;
mod api;
mod app;
mod body;
mod budget;
mod clock;
mod edge;
mod error;
mod few;
mod identity;
mod ingest;
mod limits;
mod maintenance;
mod metrics;
mod origin;
mod outcomes;
mod pages;
mod project;
mod query;
mod request_id;
mod routes;
mod serve;
mod tls;
mod totals;
mod upkeep;
mod vocabulary;

pub use access::Scope;
pub use app::{App, StartError, StopError};
pub use error::{ApiError, Code};
pub use limits::{DescribedLimit, Limits};
pub use maintenance::EraseError;
pub use origin::{CountryDatabase, CountryDatabaseError, Detail, OriginOptions, TrustedProxies, TrustedProxiesError};
pub use query::reports::outcomes_of;
pub use query::sql;
pub use routes::ROUTES;
pub use serve::{Listeners, serve};
pub use tls::{Tls, TlsError};

use workspace_hack as _;
