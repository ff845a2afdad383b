candor::manifest!("sample.toml");

fn main() {}
