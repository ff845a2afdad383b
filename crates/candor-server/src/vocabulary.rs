//! How many different words a project may say in a day.
//!
//! Names, properties and their values come from outside, and each that is new costs memory here, a row in a report and a
//! value in a column. So they are counted where they come in, by the place where they stand: what is one too many becomes
//! `other`, and a property too many is left out. Only hashes of words are remembered, under a key of the process; the next
//! day begins with none.

use crate::few::Few;
use crate::limits::Limits;
use crate::outcomes::Tally;
use candor_store::{Fact, ItemOutcome};
use candor_wire::{Environment, Shared, Value};
use foldhash::quality::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, Mutex, PoisonError};

/// What stands for every word that is one too many.
const OTHER: &str = "other";

/// The words of a project, by day.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    bounds: Bounds,
    words: Mutex<Words>,
}

#[derive(Debug, Clone, Copy)]
struct Bounds {
    names: usize,
    properties: usize,
    values: usize,
    all_values: usize,
}

/// Where a word stands. Each place has its own bound.
#[derive(Hash, Clone, Copy)]
enum Place<'a> {
    Column(&'static str),
    NameOfKind(&'static str),
    Property,
    ValueOf(&'a str),
}

#[derive(Debug, Default)]
struct Words {
    day: i32,
    key: RandomState,
    known: HashSet<u64, RandomState>,
    /// How many different words each place has.
    in_place: HashMap<u64, usize, RandomState>,
    values: usize,
}

/// What rows of a request had, and nothing of it was too much: of the next it need not be asked again.
#[derive(Debug, Default)]
pub(crate) struct Held {
    environments: Few<Shared<Environment>, ()>,
    sdk: [Option<Arc<str>>; 2],
}

impl Vocabulary {
    pub(crate) fn new(limits: &Limits) -> Self {
        let bounds = Bounds {
            names: limits.names_per_day,
            properties: limits.properties_per_day,
            values: limits.values_per_day,
            all_values: limits.all_values_per_day,
        };
        Self { bounds, words: Mutex::default() }
    }

    /// Holds the words of a row to the bounds of a day (since 1970-01-01), and counts what was changed by its place.
    ///
    /// `held` is that of the request, which has one day.
    pub(crate) fn hold(&self, fact: &mut Fact, day: i32, held: &mut Held, tally: &mut Tally) {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        if words.day != day {
            *words = Words { day, ..Words::default() };
        }
        let bounds = self.bounds;
        let kind = fact.record.kind.as_str();
        let record = &mut fact.record;
        words.hold_text(Place::NameOfKind(kind), "name", &mut record.name, bounds.names, tally);
        for (column, text) in [("parent", &mut record.parent), ("error_class", &mut record.error_class)] {
            if let Some(text) = text {
                words.hold_text(Place::Column(column), column, text, bounds.names, tally);
            }
        }
        let sdk = [("sdk", &mut fact.sdk), ("sdk_version", &mut fact.sdk_version)];
        for ((column, text), held) in sdk.into_iter().zip(&mut held.sdk) {
            let Some(text) = text.as_mut().filter(|text| held.as_ref() != Some(text)) else { continue };
            if words.is_too_much(Place::Column(column), column, text, bounds.names, tally) {
                *text = OTHER.into();
            } else {
                *held = Some(Arc::clone(text));
            }
        }
        let is_held = held.environments.find(|held| held.is_same(&record.environment)).is_some();
        if !is_held && words.hold_environment(&mut record.environment, bounds.names, tally) {
            held.environments.keep(record.environment.clone(), ());
        }
        record.attributes.retain_mut(|attribute| {
            if !words.learn(Place::Property, &attribute.name, bounds.properties) {
                tally.add(ItemOutcome::Dropped, format!("too_many_properties:{}", attribute.name), 1);
                return false;
            }
            let (Value::Text(text) | Value::Json(text)) = &attribute.value else { return true };
            if !words.learn_value(&attribute.name, text, bounds) {
                attribute.value = Value::Text(OTHER.to_owned());
                tally.add(ItemOutcome::Dropped, format!("too_many_values:{}", attribute.name), 1);
            }
            true
        });
    }
}

impl Words {
    fn hold_text(&mut self, place: Place<'_>, column: &str, text: &mut String, most: usize, tally: &mut Tally) {
        if self.is_too_much(place, column, text, most, tally) {
            OTHER.clone_into(text);
        }
    }

    /// Whether a text must become `other`; it is counted then.
    fn is_too_much(&mut self, place: Place<'_>, column: &str, text: &str, most: usize, tally: &mut Tally) -> bool {
        let is_too_much = !self.learn(place, text, most) && text != OTHER;
        if is_too_much {
            tally.add(ItemOutcome::Dropped, format!("too_many_values:{column}"), 1);
        }
        is_too_much
    }

    /// Holds all texts of an environment; `true` where nothing was changed.
    fn hold_environment(&mut self, environment: &mut Shared<Environment>, most: usize, tally: &mut Tally) -> bool {
        let too_much: Vec<&str> = environment
            .texts()
            .filter_map(|(column, text)| Some((column, text.as_deref()?)))
            .filter(|(column, text)| self.is_too_much(Place::Column(column), column, text, most, tally))
            .map(|(column, _)| column)
            .collect();
        if !too_much.is_empty() {
            for (column, text) in environment.texts_mut() {
                if too_much.contains(&column) {
                    *text = Some(OTHER.to_owned());
                }
            }
        }
        too_much.is_empty()
    }

    /// Whether the word is known in its place, now that it was said.
    fn learn(&mut self, place: Place<'_>, word: &str, most: usize) -> bool {
        let hash = self.key.hash_one((place, word));
        if self.known.contains(&hash) {
            return true;
        }
        let in_place = self.in_place.entry(self.key.hash_one(place)).or_default();
        if *in_place >= most {
            return false;
        }
        *in_place += 1;
        self.known.insert(hash)
    }

    fn learn_value(&mut self, property: &str, value: &str, bounds: Bounds) -> bool {
        let most = if self.values < bounds.all_values { bounds.values } else { 0 };
        let before = self.known.len();
        let known = self.learn(Place::ValueOf(property), value, most);
        self.values += self.known.len() - before;
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_wire::{Attribute, Kind, Record, Timestamp};

    const DAY: i32 = 20_779;

    fn small() -> Vocabulary {
        let bounds = Bounds { names: 3, properties: 2, values: 4, all_values: 6 };
        Vocabulary { bounds, words: Mutex::default() }
    }

    fn fact(name: &str, attributes: &[(&str, &str)]) -> Fact {
        let mut record = Record::new(Kind::Track, name, Timestamp::from_micros(0));
        record.attributes = attributes
            .iter()
            .map(|(name, value)| Attribute { name: (*name).to_owned(), value: Value::Text((*value).to_owned()) })
            .collect();
        Fact::new(record)
    }

    fn held(vocabulary: &Vocabulary, fact: Fact, day: i32) -> (String, Vec<(String, Value)>) {
        let mut fact = fact;
        vocabulary.hold(&mut fact, day, &mut Held::default(), &mut Tally::default());
        let attributes = fact.record.attributes.into_iter().map(|attribute| (attribute.name, attribute.value));
        (fact.record.name, attributes.collect())
    }

    #[test]
    fn names_beyond_the_bound_are_other_until_the_next_day() {
        let vocabulary = small();
        let name = |name: &str, day| held(&vocabulary, fact(name, &[]), day).0;
        for known in ["a", "b", "c"] {
            assert_eq!(name(known, DAY), known);
        }
        assert_eq!((name("d", DAY).as_str(), name("a", DAY).as_str()), ("other", "a"));
        assert_eq!(name("d", DAY + 1), "d");
    }

    #[test]
    fn another_kind_and_another_column_have_bounds_of_their_own() {
        let vocabulary = small();
        for name in ["a", "b", "c", "d"] {
            held(&vocabulary, fact(name, &[]), DAY);
        }
        let mut crash = fact("Panic", &[]);
        crash.record.kind = Kind::Crash;
        crash.sdk = Some("made-up".into());
        crash.record.environment.version = Some("1.0".to_owned());
        let mut kept = crash.clone();
        vocabulary.hold(&mut kept, DAY, &mut Held::default(), &mut Tally::default());
        assert_eq!((kept.record, kept.sdk), (crash.record, crash.sdk));
    }

    #[test]
    fn an_environment_that_rows_share_is_held_like_one_that_each_has_for_itself() {
        let (vocabulary, mut held, mut tally) = (small(), Held::default(), Tally::default());
        let mut versions = |version: &str| {
            let mut fact = fact("a", &[]);
            fact.record.environment.version = Some(version.to_owned());
            [fact.clone(), fact].map(|mut row| {
                vocabulary.hold(&mut row, DAY, &mut held, &mut tally);
                row.record.environment.version.clone().unwrap_or_default()
            })
        };
        for version in ["1", "2", "3"] {
            assert_eq!(versions(version), [version; 2]);
        }
        assert_eq!(versions("4"), [OTHER; 2]);
        assert_eq!(versions("3"), ["3"; 2]);
        assert_eq!(tally.counts().map(|(_, _, count)| count).sum::<u64>(), 2, "each row is counted");
    }

    #[test]
    fn a_property_too_many_is_left_out_and_a_value_too_many_is_other() {
        let vocabulary = small();
        let attributes = |attributes: &[(&str, &str)]| held(&vocabulary, fact("a", attributes), DAY).1;
        let text = |name: &str, value: &str| (name.to_owned(), Value::Text(value.to_owned()));
        assert_eq!(attributes(&[("p", "1"), ("q", "1"), ("r", "1")]), [text("p", "1"), text("q", "1")]);
        for value in ["2", "3", "4"] {
            assert_eq!(attributes(&[("p", value)]), [text("p", value)]);
        }
        assert_eq!(attributes(&[("p", "5"), ("p", "1")]), [text("p", "other"), text("p", "1")]);
        assert_eq!(attributes(&[("q", "2"), ("q", "3")]), [text("q", "2"), text("q", "other")], "six in all");
    }

    #[test]
    fn a_million_words_take_no_more_memory_than_the_bounds() {
        let vocabulary = Vocabulary::new(&Limits::default());
        let mut tally = Tally::default();
        for n in 0..1_000_000 {
            let word = n.to_string();
            let mut fact = fact(&word, &[(if n % 2 == 0 { "id" } else { &word }, &word)]);
            fact.record.environment.version = Some(word);
            vocabulary.hold(&mut fact, DAY, &mut Held::default(), &mut tally);
            if n % 10_000 == 0 {
                tally = Tally::default();
            }
        }
        let words = vocabulary.words.lock().unwrap_or_else(PoisonError::into_inner);
        let limits = Limits::default();
        let most = limits.names_per_day * 2 + limits.properties_per_day + limits.all_values_per_day;
        assert!(words.known.len() <= most, "{}", words.known.len());
        assert!(words.in_place.len() <= limits.properties_per_day + 10);
    }
}
