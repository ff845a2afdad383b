//! What every record has.

use serde_json::{Map, Value};

use super::Reading;
use crate::{
    Date, Expires, Field,
    consent::name_in,
    document::{Section, Text},
    field::{read_fields, write_fields},
};

/// What every record has, whatever its kind.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// Its name on the wire.
    pub name: String,
    /// What is recorded, for the user.
    pub description: String,
    /// What the answer is used for, for the user.
    pub why: String,
    /// Who looks at it.
    pub owner: String,
    /// Until when it is recorded.
    pub expires: Expires,
    /// The least consent level at which it is recorded.
    pub level: Level,
    /// Added up on the device, or reported one by one.
    pub collect: Collect,
    /// The share of runs that record it, from a millionth to 1; all where it is not stated, as it is for sums.
    pub sample: Option<f64>,
    /// What else is recorded with it, in the order of the file.
    pub fields: Vec<Field>,
}

/// The kind of a record, as the manifest and the wire call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKind {
    /// Something that the tool is asked to do.
    Operation,
    /// Something that is counted.
    Count,
    /// A set of plugins or providers.
    Component,
    /// Something that starts, runs and stops.
    Lifecycle,
    /// An error that was handled.
    Error,
    /// A crash of the tool.
    Crash,
    /// An installation that is in use.
    Active,
}

impl RecordKind {
    /// Its name: the section of the manifest, and the kind on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Count => "count",
            Self::Component => "component",
            Self::Lifecycle => "lifecycle",
            Self::Error => "error",
            Self::Crash => "crash",
            Self::Active => "active",
        }
    }
}

/// The least consent level at which something is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Where crashes and errors are agreed to.
    Errors,
    /// Where usage is agreed to as well.
    Stats,
    /// Where records one by one are agreed to as well.
    All,
}

const LEVELS: &[(&str, Level)] = &[("errors", Level::Errors), ("stats", Level::Stats), ("all", Level::All)];

impl Level {
    /// Its name in the manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        name_in(LEVELS, self)
    }
}

/// Whether a record is added up on the device or reported one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Collect {
    /// Added up on the device.
    Aggregate,
    /// Reported one by one, at level `all` only but for crashes.
    Each {
        /// Why a sum does not answer the question; may be empty for crashes.
        reason: String,
    },
}

impl Entry {
    /// Reads the words of every record but a crash; the section stays open for those of its kind.
    pub(crate) fn read(section: &mut Section<'_>, name: String, reading: &Reading) -> Self {
        let entry = Self::read_words(section, name, reading);
        let collect = read_collect(section, entry.level);
        let sample = read_sample(section, &collect);
        Self { collect, sample, fields: read_fields(section), ..entry }
    }

    /// Reads what a crash has as well: what, why, who, until when and from which level on.
    pub(super) fn read_words(section: &mut Section<'_>, name: String, reading: &Reading) -> Self {
        let entry = Self::read_reasons(section, name, reading);
        section.require("level", "write the least level that records it: \"errors\", \"stats\" or \"all\"");
        Self { level: section.choice("level", LEVELS).unwrap_or(Level::All), ..entry }
    }

    /// Reads what each record has, of whatever kind: what, why, who and until when.
    pub(super) fn read_reasons(section: &mut Section<'_>, name: String, reading: &Reading) -> Self {
        let required = |section: &mut Section<'_>, key: &'static str, fix: &str| {
            section.required_text(key, fix).map(|Text { text, .. }| text).unwrap_or_default()
        };
        let description = required(section, "description", "tell the user what is recorded: description = \"…\"");
        let why = required(section, "why", "tell the user what the answer is used for: why = \"…\"");
        let owner = required(section, "owner", "name who looks at it: owner = \"…\"");
        let expires = Expires::read(section, reading.today);
        let (level, collect, sample, fields) = (Level::All, Collect::Aggregate, None, Vec::new());
        Self { name, description, why, owner, expires, level, collect, sample, fields }
    }

    /// How many of a million runs record it.
    #[must_use]
    pub fn sample_per_million(&self) -> u32 {
        // Between 1 and a million: what is not is a problem of the manifest.
        (self.sample.unwrap_or(1.0) * MILLION).round() as u32
    }

    /// Whether a release of the tool of this version, running on `today`, still records it.
    #[must_use]
    pub fn is_recorded(&self, version: &str, today: Date) -> bool {
        let in_time = if let Expires::On(date) = self.expires { today <= date } else { true };
        in_time && self.expires.is_recorded_by(version)
    }

    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let mut object = Map::new();
        for (key, value) in
            [("name", &self.name), ("description", &self.description), ("why", &self.why), ("owner", &self.owner)]
        {
            object.insert(key.to_owned(), value.as_str().into());
        }
        self.expires.write(&mut object);
        object.insert("level".to_owned(), self.level.as_str().into());
        let collect = match &self.collect {
            Collect::Aggregate => "aggregate",
            Collect::Each { reason } => {
                if !reason.is_empty() {
                    object.insert("each_reason".to_owned(), reason.as_str().into());
                }
                "each"
            }
        };
        object.insert("collect".to_owned(), collect.into());
        if let Some(sample) = self.sample {
            object.insert("sample".to_owned(), sample.into());
        }
        object.insert("fields".to_owned(), write_fields(&self.fields));
        object
    }
}

/// Shares are kept to a millionth.
const MILLION: f64 = 1e6;

fn read_sample(section: &mut Section<'_>, collect: &Collect) -> Option<f64> {
    let sample = section.number("sample")?;
    if !(1.0 / MILLION..=1.0).contains(&sample) {
        section.problem_with("sample", "is no share", "write a number from 0.000001 to 1");
    } else if *collect == Collect::Aggregate && section.has("collect") {
        let fix = "remove the line, or write collect = \"each\"";
        section.problem_with("sample", "leaves runs out of a sum, which would then be wrong", fix);
    }
    Some(sample)
}

fn read_collect(section: &mut Section<'_>, level: Level) -> Collect {
    section.require("collect", "write \"aggregate\", or \"each\" with an `each_reason`");
    if section.choice("collect", &[("aggregate", false), ("each", true)]) != Some(true) {
        return Collect::Aggregate;
    }
    let fix = "say why sums do not answer the question: each_reason = \"…\"";
    let reason = section.required_text("each_reason", fix).map(|reason| reason.text).unwrap_or_default();
    if section.has("level") && level != Level::All {
        let fix = "write level = \"all\", or collect = \"aggregate\"";
        section.problem_with("collect", "is \"each\", which only users at level \"all\" agreed to", fix);
    }
    Collect::Each { reason }
}
