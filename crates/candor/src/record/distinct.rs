//! Names that exist only at run time are held to a number of different ones.

use std::sync::Mutex;

use super::lock;

/// The names that were recorded in this run: by record and field, which are few. Lists in order, as a map of the standard
/// library would weigh more than all of this.
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    seen: Mutex<Vec<Names>>,
}

#[derive(Debug)]
struct Names {
    record: &'static str,
    field: &'static str,
    names: Vec<String>,
}

impl Distinct {
    /// Whether `name` may be recorded: it was before, or there is room for another one.
    pub(crate) fn admits(&self, record: &'static str, field: &'static str, name: &str, max_distinct: usize) -> bool {
        let mut seen = lock(&self.seen);
        let known = seen.iter().position(|names| (names.record, names.field) == (record, field));
        let place = known.unwrap_or_else(|| {
            seen.push(Names { record, field, names: Vec::new() });
            seen.len() - 1
        });
        let names = &mut seen[place].names;
        match names.binary_search_by(|known| known.as_str().cmp(name)) {
            Ok(_) => true,
            Err(at) => {
                let is_room = names.len() < max_distinct;
                if is_room {
                    names.insert(at, name.to_owned());
                }
                is_room
            }
        }
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
