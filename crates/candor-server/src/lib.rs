//! The HTTP side of the Candor collector: ingest, API, pages, limits.
