candor::manifest!("missing.toml");

fn main() {}
