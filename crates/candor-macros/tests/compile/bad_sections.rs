candor::manifest!("bad_sections.toml");

fn main() {}
