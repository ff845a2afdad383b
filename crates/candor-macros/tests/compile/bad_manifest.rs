candor::manifest!("bad.toml");

fn main() {}
