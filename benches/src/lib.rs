//! Benchmarks that stay: every number in docs/performance.md comes from here.
