//! A manifest with one of everything.

use candor_manifest::Manifest;

pub(crate) const TEXT: &str = include_str!("example.toml");

pub(crate) fn manifest() -> Manifest {
    Manifest::parse(TEXT).unwrap()
}

/// The example with one text replaced by another.
pub(crate) fn changed(from: &str, to: &str) -> String {
    assert!(TEXT.contains(from), "the example has no {from:?}");
    TEXT.replacen(from, to, 1)
}
