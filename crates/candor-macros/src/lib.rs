//! The manifest! macro of candor: telemetry.toml to a typed API.
