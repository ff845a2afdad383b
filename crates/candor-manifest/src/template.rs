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

    fn manifest(text: &str) -> Manifest {
        let today = Date::new(2026, 11, 22).expect("a day");
        Manifest::parse_on(text, today).unwrap_or_else(|problems| panic!("{problems}"))
    }

    #[test]
    fn the_template_is_a_manifest() {
        let manifest = manifest(template());
        assert_eq!(manifest.operations.len(), 1);
        assert!(manifest.crash.is_none() && manifest.inspect.is_none() && manifest.errors.is_empty());
    }

    #[test]
    fn everything_that_it_offers_is_a_manifest_too() {
        let line = |line: &str| match line.strip_prefix('#') {
            Some(offered) if !offered.starts_with(' ') => format!("{offered}\n"),
            _ => format!("{line}\n"),
        };
        let offered: String = template().lines().map(line).collect();
        let manifest = manifest(&offered.replace("mode = \"none\"", "mode = \"rotating\""));
        assert!(manifest.crash.is_some() && manifest.inspect.is_some() && manifest.errors.len() == 1);
        assert!(manifest.identity.database.is_some() && manifest.application.sentry_dsn.is_some());
    }
}
