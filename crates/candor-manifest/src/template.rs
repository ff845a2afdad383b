//! A manifest to begin with.

/// A complete `telemetry.toml` with comments, to be edited: what `candor manifest new` writes.
#[must_use]
pub fn template() -> &'static str {
    include_str!("template.toml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Date, Manifest};

    #[test]
    fn the_template_is_a_manifest() {
        let manifest = Manifest::parse_on(template(), Date::new(2026, 11, 22).expect("a day"));
        assert!(manifest.is_ok_and(|manifest| manifest.operations.len() == 1));
    }
}
