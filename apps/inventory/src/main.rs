//! An inventory of this computer: resources into SQLite, policies over them. Candor's reference command-line tool.
fn main() {}
