//! What the items of a request share: a handful of values, each worked on once.

/// As many as a relay's requests have machines in them, as a rule; more are worked on again.
const MOST: usize = 8;

/// The last few keys, and a value of each.
#[derive(Debug)]
pub(crate) struct Few<K, V> {
    entries: Vec<(K, V)>,
    /// The one that goes next.
    oldest: usize,
}

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), oldest: 0 }
    }
}

impl<K, V> Few<K, V> {
    /// The value of the key that this is.
    pub(crate) fn find(&self, is: impl Fn(&K) -> bool) -> Option<&V> {
        self.entries.iter().find(|(key, _)| is(key)).map(|(_, value)| value)
    }

    /// Keeps another, in the place of the oldest where there are enough.
    pub(crate) fn keep(&mut self, key: K, value: V) {
        if self.entries.len() < MOST {
            self.entries.push((key, value));
            return;
        }
        self.entries[self.oldest] = (key, value);
        self.oldest = (self.oldest + 1) % MOST;
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.oldest = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_few_are_kept() {
        let mut few = Few::default();
        let known = |few: &Few<usize, usize>, key: usize| few.find(|known| *known == key).copied();
        for key in 0..3 * MOST {
            assert_eq!(known(&few, key), None);
            few.keep(key, key * 2);
            let oldest = (key + 1).saturating_sub(MOST);
            assert_eq!(known(&few, oldest), Some(oldest * 2));
            assert_eq!(oldest.checked_sub(1).and_then(|gone| known(&few, gone)), None);
        }
        few.clear();
        assert_eq!(known(&few, 3 * MOST - 1), None);
    }
}
