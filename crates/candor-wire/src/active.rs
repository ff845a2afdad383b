//! What a record of kind `active` says: that an installation was active, and nothing by which it could be told from others.
//!
//! A machine that keeps a state says [`Flags`]; one that does not says the [`Sketch`] of its periods. docs/counting.md says how
//! people are counted by them.

use crate::{Attribute, Environment, Kind, Record, Value};

/// The name of every record of the kind.
pub const NAME: &str = "active";

/// The most weeks that are told apart; one more stands for all above.
pub const MAX_WEEKS: u8 = 52;

/// How many bits of a hash may be the number of a cell.
pub const BITS: std::ops::RangeInclusive<u8> = 4..=14;

const FIRST_OF_WEEK: &str = "first_of_week";
const FIRST_OF_MONTH: &str = "first_of_month";
const WEEKS: &str = "weeks";
const SKETCH_BITS: &str = "sketch_bits";
const CELLS: [(&str, &str); 3] = [("day_cell", "day_rank"), ("week_cell", "week_rank"), ("month_cell", "month_rank")];

/// Every attribute that such a record can have.
pub const ATTRIBUTES: [&str; 10] = [
    FIRST_OF_WEEK,
    FIRST_OF_MONTH,
    WEEKS,
    SKETCH_BITS,
    CELLS[0].0,
    CELLS[0].1,
    CELLS[1].0,
    CELLS[1].1,
    CELLS[2].0,
    CELLS[2].1,
];

/// What an `active` record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Active {
    /// Of a machine that keeps a state.
    Flags(Flags),
    /// Of a machine that does not.
    Sketch(Sketch),
}

/// It was the installation's first record of its day; which other periods began with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flags {
    /// The first of its ISO week.
    pub first_of_week: bool,
    /// The first of its month.
    pub first_of_month: bool,
    /// Whole weeks since the first one in which the tool was used; 53 stands for more than [`MAX_WEEKS`].
    pub weeks: u8,
}

/// Where the machine falls in the sketch of a period. Each period has a record of its own: together, three cells that many
/// share would be one that nobody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sketch {
    /// There are 2^bits cells.
    pub bits: u8,
    /// What it is a sketch of.
    pub span: Span,
    /// The number of the cell.
    pub cell: u16,
    /// How rare its hash is there.
    pub rank: u8,
}

/// What a sketch can be of: the period that the record's day lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Span {
    /// The day.
    Day,
    /// The ISO week.
    Week,
    /// The month.
    Month,
}

impl Span {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The words for its cell and its rank.
    fn words(self) -> (&'static str, &'static str) {
        CELLS[self as usize]
    }
}

impl Active {
    /// Its attributes, always in the same order.
    #[must_use]
    pub fn attributes(&self) -> Vec<Attribute> {
        let attribute = |name: &str, value| Attribute { name: name.to_owned(), value };
        let number = |name, number: u16| attribute(name, Value::Integer(i64::from(number)));
        match self {
            Self::Flags(Flags { first_of_week, first_of_month, weeks }) => vec![
                attribute(FIRST_OF_WEEK, Value::Bool(*first_of_week)),
                attribute(FIRST_OF_MONTH, Value::Bool(*first_of_month)),
                number(WEEKS, u16::from(*weeks)),
            ],
            Self::Sketch(Sketch { bits, span, cell, rank }) => {
                let (cell_word, rank_word) = span.words();
                let (bits, rank) = (u16::from(*bits), u16::from(*rank));
                vec![number(SKETCH_BITS, bits), number(cell_word, *cell), number(rank_word, rank)]
            }
        }
    }

    /// What these attributes say; `None` where they have neither shape. Others among them are not looked at.
    #[must_use]
    pub fn of(attributes: &[Attribute]) -> Option<Self> {
        let find = |name: &str| attributes.iter().find(|attribute| attribute.name == name).map(|found| &found.value);
        let truth = |name: &str| if let Some(Value::Bool(value)) = find(name) { Some(*value) } else { None };
        let number = |name: &str| if let Some(Value::Integer(value)) = find(name) { Some(*value) } else { None };
        if let Some(bits) = number(SKETCH_BITS) {
            let bits = u8::try_from(bits).ok().filter(|bits| BITS.contains(bits))?;
            let mut said = Span::ALL.into_iter().filter(|span| find(span.words().0).is_some());
            let (Some(span), None) = (said.next(), said.next()) else { return None };
            let (cell, rank) = span.words();
            let cell = number(cell).and_then(|cell| u16::try_from(cell).ok()).filter(|cell| cell >> bits == 0)?;
            let rank = number(rank).and_then(|rank| u8::try_from(rank).ok());
            let rank = rank.filter(|rank| (1..=65 - bits).contains(rank))?;
            return Some(Self::Sketch(Sketch { bits, span, cell, rank }));
        }
        let weeks = number(WEEKS).and_then(|weeks| u8::try_from(weeks).ok()).filter(|weeks| *weeks <= MAX_WEEKS + 1)?;
        let (first_of_week, first_of_month) = (truth(FIRST_OF_WEEK)?, truth(FIRST_OF_MONTH)?);
        Some(Self::Flags(Flags { first_of_week, first_of_month, weeks }))
    }
}

/// Takes out of an `active` record whatever is not a word of its shape: other attributes, and all of the environment but
/// version, system, processor and CI. Its time is cut to the day. Returns the names of what was taken out, or `None` when it is
/// no such record, or stands for more than one.
#[must_use]
pub fn hold(record: &mut Record) -> Option<Vec<String>> {
    if record.kind != Kind::Active || record.name != NAME || record.count != 1 {
        return None;
    }
    let held = Active::of(&record.attributes)?.attributes();
    let mut dropped: Vec<String> = std::mem::replace(&mut record.attributes, held)
        .into_iter()
        .map(|attribute| attribute.name)
        .filter(|name| record.attributes.iter().all(|held| held.name != *name))
        .collect();
    let Record { parent, outcome, error_class, duration, environment, time, .. } = record;
    let words = [
        ("parent", parent.take().is_some()),
        ("outcome", outcome.take().is_some()),
        ("error_class", error_class.take().is_some()),
        ("duration_ms", duration.take().is_some()),
    ];
    dropped.extend(words.into_iter().filter(|(_, was_said)| *was_said).map(|(name, _)| name.to_owned()));
    *time = time.start_of_day();
    let Environment { version, os, arch, ci, .. } = &**environment;
    let (version, os, arch, ci) = (version.clone(), os.clone(), arch.clone(), ci.clone());
    *environment = Environment { version, os, arch, ci, ..Environment::default() }.into();
    Some(dropped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Outcome, Timestamp};

    const FLAGS: Active = Active::Flags(Flags { first_of_week: true, first_of_month: false, weeks: 53 });
    const SKETCH: Active = Active::Sketch(Sketch { bits: 6, span: Span::Day, cell: 63, rank: 1 });

    fn record(active: Active) -> Record {
        Record { attributes: active.attributes(), ..Record::new(Kind::Active, NAME, Timestamp::from_micros(0)) }
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        for active in [FLAGS, SKETCH] {
            assert_eq!(Active::of(&active.attributes()), Some(active));
            assert!(active.attributes().iter().all(|attribute| ATTRIBUTES.contains(&attribute.name.as_str())));
        }
    }

    #[test]
    fn what_is_outside_of_its_bounds_is_no_active_record() {
        let with = |active: Active, name: &str, number: i64| {
            let mut attributes = active.attributes();
            attributes
                .iter_mut()
                .filter(|found| found.name == name)
                .for_each(|found| found.value = Value::Integer(number));
            Active::of(&attributes)
        };
        for weeks in [-1, 54, 300] {
            assert_eq!(with(FLAGS, "weeks", weeks), None, "{weeks}");
        }
        assert_eq!(with(FLAGS, "first_of_week", 1), None);
        for bits in [0, 3, 15, 64] {
            assert_eq!(with(SKETCH, "sketch_bits", bits), None, "{bits}");
        }
        for (name, number) in [("day_cell", 64), ("day_cell", -1), ("day_rank", 0), ("day_rank", 60)] {
            assert_eq!(with(SKETCH, name, number), None, "{name} {number}");
        }
        assert_eq!(Active::of(&[]), None);
        assert_eq!(Active::of(&SKETCH.attributes()[..2]), None, "a cell without a rank");
    }

    #[test]
    fn cells_of_two_periods_are_not_told_together() {
        let month = Active::Sketch(Sketch { bits: 6, span: Span::Month, cell: 0, rank: 59 });
        assert_eq!(Active::of(&month.attributes()), Some(month));
        assert_eq!(Active::of(&[SKETCH.attributes(), month.attributes()].concat()), None);
    }

    #[test]
    fn an_active_record_carries_nothing_else() {
        let noon = Timestamp::from_micros(20_779 * 86_400_000_000 + 43_200_000_000);
        let mut told = Record { time: noon, environment: Environment::example().into(), ..record(FLAGS) };
        told.attributes.push(Attribute { name: "user".into(), value: Value::Text("jane".into()) });
        told.attributes.push(Attribute { name: "day_cell".into(), value: Value::Integer(1) });
        (told.outcome, told.parent) = (Some(Outcome::Ok), Some("fetch".into()));
        assert_eq!(hold(&mut told), Some(["user", "day_cell", "parent", "outcome"].map(str::to_owned).to_vec()));
        let Environment { version, os, arch, ci, .. } = Environment::example();
        let environment = Environment { version, os, arch, ci, ..Environment::default() }.into();
        assert_eq!(told, Record { time: noon.start_of_day(), environment, ..record(FLAGS) });
    }

    #[test]
    fn what_stands_for_many_or_for_nobody_is_refused() {
        assert_eq!(hold(&mut record(SKETCH)), Some(Vec::new()));
        for wrong in [
            Record { count: 1000, ..record(FLAGS) },
            Record { count: 0, ..record(FLAGS) },
            Record { kind: Kind::Count, ..record(FLAGS) },
            Record { name: "user".to_owned(), ..record(FLAGS) },
            Record { attributes: Vec::new(), ..record(FLAGS) },
        ] {
            assert_eq!(hold(&mut wrong.clone()), None, "{wrong:?}");
        }
    }
}
