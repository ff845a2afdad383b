//! Lists of objects, of which only so many are kept.

use std::{collections::VecDeque, fmt};

use serde_core::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::object::{Into, Members, Name, other_values_are, skip};

/// An entry of a list.
pub(crate) trait Entry: Default {
    /// Whether it is worth its place, now that all of it is read.
    fn matters(&self) -> bool {
        true
    }
}

/// The last objects of a list: of a stack the innermost calls, of a chain of exceptions what came of it.
pub(crate) struct LastOf<T, const MOST: usize>(VecDeque<T>);

impl<T, const MOST: usize> Default for LastOf<T, MOST> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T, const MOST: usize> LastOf<T, MOST> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_vec(self) -> Vec<T> {
        self.0.into()
    }
}

/// The first objects of a list: of a chain that begins with what came of it.
pub(crate) struct FirstOf<T, const MOST: usize>(Vec<T>);

impl<T, const MOST: usize> Default for FirstOf<T, MOST> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MOST: usize> FirstOf<T, MOST> {
    pub(crate) fn into_vec(self) -> Vec<T> {
        self.0
    }
}

/// Where the entries of a list go.
pub(crate) trait Keep {
    /// One of them.
    type Entry;

    /// Takes an entry in, or leaves one out.
    fn keep(&mut self, entry: Self::Entry);
}

impl<T, const MOST: usize> Keep for LastOf<T, MOST> {
    type Entry = T;

    fn keep(&mut self, entry: T) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(entry);
    }
}

impl<T, const MOST: usize> Keep for FirstOf<T, MOST> {
    type Entry = T;

    fn keep(&mut self, entry: T) {
        if self.0.len() < MOST {
            self.0.push(entry);
        }
    }
}

/// Reads `[{…}, …]` or, around it, `{"WRAPPER": [{…}, …]}`: Sentry takes both. What is no object is left out.
pub(crate) struct ListIn<'a, K>(pub(crate) &'static str, pub(crate) &'a mut K);

impl<'de, K: Keep<Entry: Members<'de> + Entry>> DeserializeSeed<'de> for ListIn<'_, K> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, K: Keep<Entry: Members<'de> + Entry>> Visitor<'de> for ListIn<'_, K> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        loop {
            let mut entry = K::Entry::default();
            match entries.next_element_seed(Into(&mut entry))? {
                None => return Ok(()),
                Some(true) if entry.matters() => self.1.keep(entry),
                Some(_) => {}
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(name) = object.next_key_seed(Name)? {
            if name == self.0 {
                object.next_value_seed(ListIn(self.0, &mut *self.1))?;
            } else {
                skip(&mut object)?;
            }
        }
        Ok(())
    }

    other_values_are!(());
}
