//! Names that exist only at run time are held to a number of different ones.

use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
};

use super::lock;

/// The names that were recorded in this run: by record and field.
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    seen: Mutex<HashMap<(&'static str, &'static str), HashSet<String>>>,
}

impl Distinct {
    /// Whether `name` may be recorded: it was before, or there is room for another one.
    pub(crate) fn admits(&self, record: &'static str, field: &'static str, name: &str, max_distinct: usize) -> bool {
        let mut seen = lock(&self.seen);
        let names = seen.entry((record, field)).or_default();
        if names.contains(name) {
            return true;
        }
        names.len() < max_distinct && names.insert(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_the_limit_are_refused_and_known_ones_still_pass() {
        let distinct = Distinct::default();
        assert!(distinct.admits("fetch", "table", "a", 2));
        assert!(distinct.admits("fetch", "table", "b", 2));
        assert!(!distinct.admits("fetch", "table", "c", 2));
        assert!(distinct.admits("fetch", "table", "a", 2));
        assert!(distinct.admits("policy", "table", "c", 2), "another record has its own limit");
    }
}
