//! Telemetry that can record only what a public manifest declares, and that its user can read.
