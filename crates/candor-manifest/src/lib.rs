//! What a tool may collect: parse, check, compare and document telemetry.toml.
