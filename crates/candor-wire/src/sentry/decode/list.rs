//! Lists of objects, of which only so many are kept.

use std::{collections::VecDeque, fmt};

use serde_core::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::decode::object::{Into, Members, Name, other_values_are, skip};

/// An entry of a list.
pub(super) trait Entry: Default {
    /// Whether it is worth its place, now that all of it is read.
    fn matters(&self) -> bool {
        true
    }
}

/// The last objects of a list: of a stack the innermost calls, of a chain of exceptions what came of it.
pub(super) struct LastOf<T, const MOST: usize>(VecDeque<T>);

impl<T, const MOST: usize> Default for LastOf<T, MOST> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T, const MOST: usize> LastOf<T, MOST> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_vec(self) -> Vec<T> {
        self.0.into()
    }

    fn push(&mut self, entry: T) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(entry);
    }
}

/// Reads `[{…}, …]` or, around it, `{"WRAPPER": [{…}, …]}`: Sentry takes both. What is no object is left out.
pub(super) struct ListIn<'a, T, const MOST: usize>(pub(super) &'static str, pub(super) &'a mut LastOf<T, MOST>);

impl<'de, T: Members<'de> + Entry, const MOST: usize> DeserializeSeed<'de> for ListIn<'_, T, MOST> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Members<'de> + Entry, const MOST: usize> Visitor<'de> for ListIn<'_, T, MOST> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        loop {
            let mut entry = T::default();
            match entries.next_element_seed(Into(&mut entry))? {
                None => return Ok(()),
                Some(true) if entry.matters() => self.1.push(entry),
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
