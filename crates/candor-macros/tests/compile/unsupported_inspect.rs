candor::manifest!("inspect.toml");

fn main() {}
