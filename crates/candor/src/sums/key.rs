//! Records as keys: everything that a record says but for how often and how long.
//!
//! ```text
//! record        1 plus the stripe (stripe.rs), kind, outcome, duration bucket (2 bytes, ffff for none), day (4),
//!               environment (4), name, parent, error class, then for each attribute its name, type and value
//! environment   0, then its texts and flags in the order of `Environment`
//!
//! text          its length (2 bytes, ffff for none), its bytes; numbers are little-endian
//! ```
//!
//! The environment of a run is a key of its own, and records refer to it by the number of its cell.

use candor_wire::{Attribute, DurationBucket, Environment, Kind, Outcome, Record, Timestamp, Value};

use super::stripe::STRIPES;

const ENVIRONMENT: u8 = 0;
const RECORD: u8 = 1;
const LAST_RECORD: u8 = RECORD + STRIPES as u8 - 1;
const NONE: u16 = u16::MAX;

/// Where the outcome and the duration stand in the key of a record.
const OUTCOME: usize = 2;
const DURATION: std::ops::Range<usize> = 3..5;

/// What a key means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Key {
    Environment(Environment),
    Record {
        /// The cell of its environment.
        environment: u32,
        /// Its time is the start of its day, its count 1, its environment empty.
        record: Record,
    },
}

/// The key of an environment.
pub(crate) fn of_environment(environment: &Environment) -> Vec<u8> {
    let mut key = vec![ENVIRONMENT];
    texts(environment).into_iter().for_each(|value| text(&mut key, value.as_deref()));
    for flag in [environment.container, environment.interactive] {
        key.push(flag.map_or(2, u8::from));
    }
    key
}

/// The key of a record made on `day` in the environment of this cell.
pub(crate) fn of_record(record: &Record, day: i32, environment: u32) -> Vec<u8> {
    let mut key = Vec::with_capacity(96);
    key.extend([RECORD, position(Kind::ALL, &record.kind)]);
    key.push(record.outcome.map_or(u8::MAX, |outcome| position(Outcome::ALL, &outcome)));
    key.extend(record.duration.map_or(NONE, DurationBucket::index).to_le_bytes());
    key.extend(day.to_le_bytes());
    key.extend(environment.to_le_bytes());
    for value in [Some(record.name.as_str()), record.parent.as_deref(), record.error_class.as_deref()] {
        text(&mut key, value);
    }
    for attribute in &record.attributes {
        text(&mut key, Some(&attribute.name));
        match &attribute.value {
            Value::Bool(value) => key.extend([0, u8::from(*value)]),
            Value::Integer(value) => {
                key.push(1);
                key.extend(value.to_le_bytes());
            }
            Value::Float(value) => {
                key.push(2);
                key.extend(value.to_le_bytes());
            }
            Value::Text(value) => {
                key.push(3);
                text(&mut key, Some(value));
            }
            Value::Json(value) => {
                key.push(4);
                text(&mut key, Some(value));
            }
        }
    }
    key
}

/// The key of the same record if it never ends: with another outcome.
pub(crate) fn with_outcome(mut key: Vec<u8>, outcome: Outcome) -> Vec<u8> {
    if let Some(place) = key.get_mut(OUTCOME) {
        *place = position(Outcome::ALL, &outcome);
    }
    key
}

/// The key of the same record in another stripe, from 0.
pub(crate) fn with_stripe(mut key: Vec<u8>, stripe: usize) -> Vec<u8> {
    if let Some(place) = key.first_mut() {
        *place = RECORD + stripe as u8;
    }
    key
}

/// The key of the same record with no duration, in the first stripe: what one item is of.
pub(crate) fn of_item(key: &[u8]) -> Vec<u8> {
    let mut group = with_stripe(key.to_vec(), 0);
    if let Some(duration) = group.get_mut(DURATION) {
        duration.copy_from_slice(&NONE.to_le_bytes());
    }
    group
}

/// What a key means; `None` when it is none.
pub(crate) fn read(key: &[u8]) -> Option<Key> {
    let mut reader = Reader { rest: key };
    match reader.byte()? {
        ENVIRONMENT => reader.environment().map(Key::Environment),
        RECORD..=LAST_RECORD => reader.record(),
        _ => None,
    }
}

fn texts(environment: &Environment) -> [&Option<String>; 11] {
    let Environment { version, commit, built, channel, os, os_version, arch, runtime, ci, agent, database, .. } =
        environment;
    [version, commit, built, channel, os, os_version, arch, runtime, ci, agent, database]
}

fn position<T: PartialEq>(all: &[T], value: &T) -> u8 {
    all.iter().position(|other| other == value).map_or(u8::MAX, |at| at as u8)
}

fn text(key: &mut Vec<u8>, value: Option<&str>) {
    // What is longer than any declared value is cut, and then no key is made of it.
    let length = value.map_or(NONE, |value| u16::try_from(value.len()).unwrap_or(NONE));
    key.extend(length.to_le_bytes());
    key.extend(value.filter(|_| length != NONE).unwrap_or_default().as_bytes());
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    // One copy of it: an environment alone has eleven.
    #[inline(never)]
    fn text(&mut self) -> Option<Option<String>> {
        match u16::from_le_bytes(self.array()?) {
            NONE => Some(None),
            length => {
                let bytes = self.bytes(usize::from(length))?;
                Some(Some(str::from_utf8(bytes).ok()?.to_owned()))
            }
        }
    }

    fn flag(&mut self) -> Option<Option<bool>> {
        match self.byte()? {
            0 => Some(Some(false)),
            1 => Some(Some(true)),
            _ => Some(None),
        }
    }

    fn environment(&mut self) -> Option<Environment> {
        let mut environment = Environment::default();
        for (_, text) in environment.texts_mut() {
            *text = self.text()?;
        }
        environment.database = self.text()?;
        environment.container = self.flag()?;
        environment.interactive = self.flag()?;
        Some(environment)
    }

    fn record(&mut self) -> Option<Key> {
        let kind = *Kind::ALL.get(usize::from(self.byte()?))?;
        let outcome = Outcome::ALL.get(usize::from(self.byte()?)).copied();
        let duration = DurationBucket::from_index(u16::from_le_bytes(self.array()?));
        let day = i64::from(i32::from_le_bytes(self.array()?));
        let environment = u32::from_le_bytes(self.array()?);
        let mut record = Record::new(kind, "", Timestamp::from_micros(day * 86_400_000_000));
        (record.outcome, record.duration) = (outcome, duration);
        record.name = self.text()??;
        record.parent = self.text()?;
        record.error_class = self.text()?;
        while !self.rest.is_empty() {
            record.attributes.push(self.attribute()?);
        }
        Some(Key::Record { environment, record })
    }

    fn attribute(&mut self) -> Option<Attribute> {
        let name = self.text()??;
        let value = match self.byte()? {
            0 => Value::Bool(self.flag()??),
            1 => Value::Integer(i64::from_le_bytes(self.array()?)),
            2 => Value::Float(f64::from_le_bytes(self.array()?)),
            3 => Value::Text(self.text()??),
            4 => Value::Json(self.text()??),
            _ => return None,
        };
        Some(Attribute { name, value })
    }
}
