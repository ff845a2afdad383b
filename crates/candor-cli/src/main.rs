//! The candor command: collector, reports, manifests, demo.
fn main() {}
