//! The collector's side: nothing passes that the manifest does not declare.

mod active;
mod environment;
mod report;
mod value;

use candor_wire::{Attribute, Kind, Record, Value};

use self::{
    active::enforce_active,
    environment::hold_environment,
    value::{hold, hold_version},
};
use crate::{
    Active, Field, Lifecycle, Manifest, Operation, Shape, columns::COMPONENT_VERSION, name::is_field_name,
    record::LOST_RECORDS,
};

/// What stands for every name outside its declared bounds.
pub(crate) const OTHER: &str = "other";

/// The class of error that the SDK itself gives to what a panic ended.
const PANIC: &str = "panic";

/// What became of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Enforced {
    /// It is declared.
    Kept {
        /// What is left of it.
        record: Record,
        /// What was taken out of it.
        dropped: Vec<DroppedProperty>,
    },
    /// It is not, and is not kept.
    Refused(Refusal),
}

/// Why a record is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// The manifest has no record of this kind and name.
    UndeclaredRecord,
    /// It is an `active` record, and does not say what these say.
    MalformedActive,
}

impl Refusal {
    /// The stable code for counting.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UndeclaredRecord => "undeclared_record",
            Self::MalformedActive => "malformed_active",
        }
    }
}

/// A property that was taken out of a record. Its value is not here, so that it can be counted and shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DroppedProperty {
    /// Its name, or `other` where the name is not shaped like one and may itself say something.
    pub name: String,
    /// Why.
    pub reason: DropReason,
}

/// Why a property is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DropReason {
    /// The manifest does not declare it for this record.
    UndeclaredProperty,
    /// Its value does not have the declared shape.
    WrongValue,
}

impl DropReason {
    /// The stable code for counting.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UndeclaredProperty => "undeclared_property",
            Self::WrongValue => "wrong_value",
        }
    }
}

/// What the manifest says of one record, whatever its kind.
struct Rule<'m> {
    fields: &'m [Field],
    classes: Classes<'m>,
    has_outcome: bool,
    has_duration: bool,
    has_parent: bool,
    has_version: bool,
}

/// The classes of error that a record may have.
enum Classes<'m> {
    /// These; where there are none, it has no class.
    Listed(&'m [String]),
    /// The types of crashes and exceptions, which no manifest knows beforehand.
    Types,
}

impl<'m> Rule<'m> {
    fn of_fields(fields: &'m [Field]) -> Self {
        Self {
            fields,
            classes: Classes::Listed(&[]),
            has_outcome: false,
            has_duration: false,
            has_parent: false,
            has_version: false,
        }
    }

    fn of_operation(operation: &'m Operation, fields: &'m [Field], is_part: bool) -> Self {
        Self {
            classes: Classes::Listed(&operation.errors),
            has_outcome: true,
            has_duration: true,
            has_parent: is_part,
            ..Self::of_fields(fields)
        }
    }
}

impl Manifest {
    /// Holds a record, or a part of one, to what the manifest declares.
    ///
    /// An undeclared record is refused, and so is an event of a foreign SDK (kind `track`), which no manifest can
    /// declare. Undeclared properties and values of another shape are taken out; names and versions outside their
    /// bounds become `other`. How many different names there may be (`max_distinct`) is held where they are recorded:
    /// one record does not show it.
    #[must_use]
    pub fn enforce(&self, mut record: Record) -> Enforced {
        if let (Kind::Active, Active::NAME, Some(active)) = (record.kind, record.name.as_str(), &self.active) {
            return enforce_active(active, record);
        }
        let Some(rule) = self.rule_of(&mut record) else { return Enforced::Refused(Refusal::UndeclaredRecord) };
        let mut dropped = Dropped(Vec::new());
        rule.hold_words(&mut record, &mut dropped);
        record.attributes.retain_mut(|attribute| rule.hold_attribute(attribute, &mut dropped));
        hold_environment(&mut record.environment, &mut dropped);
        if self.identity.database.is_none() && record.environment.database.is_some() {
            record.environment.database = None;
            dropped.undeclared("database");
        }
        Enforced::Kept { record, dropped: dropped.0 }
    }

    /// The rule for a record; the name of a component or a crash is held to its bounds on the way.
    fn rule_of(&self, record: &mut Record) -> Option<Rule<'_>> {
        let (name, parent) = (record.name.as_str(), record.parent.as_deref());
        match record.kind {
            Kind::Operation => {
                let operation = self.operation(name)?;
                Some(Rule::of_operation(operation, &operation.entry.fields, false))
            }
            Kind::Part => {
                let operation = self.operation(parent?)?;
                Some(Rule::of_operation(operation, &operation.part(name)?.fields, true))
            }
            Kind::Count if name == LOST_RECORDS => Some(Rule::of_fields(&[])),
            Kind::Count => {
                let count = self.counts.iter().find(|count| count.entry.name == name)?;
                Some(Rule::of_fields(&count.entry.fields))
            }
            Kind::Error => {
                let error = self.errors.iter().find(|error| error.entry.name == name)?;
                // A protocol of its own says the class of what is called like it already.
                let classes = Classes::Listed(std::slice::from_ref(&error.entry.name));
                Some(Rule { classes, has_parent: self.is_operation(parent), ..Rule::of_fields(&error.entry.fields) })
            }
            Kind::Crash => {
                self.crash.as_ref()?;
                let has_parent = self.is_operation(parent);
                if !is_type_name(name) {
                    record.name = OTHER.to_owned();
                }
                Some(Rule { classes: Classes::Types, has_parent, ..Rule::of_fields(&[]) })
            }
            Kind::Lifecycle => {
                let lifecycle =
                    self.lifecycles.iter().find(|lifecycle| Some(lifecycle.entry.name.as_str()) == parent)?;
                let rule = Rule::of_fields(&lifecycle.entry.fields);
                Lifecycle::EVENTS.contains(&name).then_some(Rule { has_duration: true, has_parent: true, ..rule })
            }
            Kind::Component => {
                let set = self.components.iter().find(|set| Some(set.entry.name.as_str()) == parent)?;
                let declared = match &set.names {
                    Shape::Enum(values) => values.iter().any(|value| value == name),
                    Shape::Name(names) => names.matches(name),
                    _ => false,
                };
                if !declared {
                    record.name = OTHER.to_owned();
                }
                Some(Rule { has_parent: true, has_version: true, ..Rule::of_fields(&set.entry.fields) })
            }
            _ => None,
        }
    }

    fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.entry.name == name)
    }

    /// Whether it is the operation that ran when something else happened.
    fn is_operation(&self, name: Option<&str>) -> bool {
        name.is_some_and(|name| self.operation(name).is_some())
    }
}

impl Rule<'_> {
    /// Takes out the wire's own words that this kind of record does not have.
    fn hold_words(&self, record: &mut Record, dropped: &mut Dropped) {
        if !self.has_parent && record.parent.take().is_some() {
            dropped.undeclared("parent");
        }
        if !self.has_duration && record.duration.take().is_some() {
            dropped.undeclared("duration_ms");
        }
        if !self.has_outcome && record.outcome.take().is_some() {
            dropped.undeclared("outcome");
        }
        if let Some(class) = &mut record.error_class {
            match self.classes {
                Classes::Types if is_type_name(class) => {}
                Classes::Listed(_) if self.has_outcome && class == PANIC => {}
                Classes::Listed([]) => {
                    record.error_class = None;
                    dropped.undeclared("error_class");
                }
                Classes::Listed(classes) if classes.contains(class) => {}
                Classes::Listed(_) | Classes::Types => OTHER.clone_into(class),
            }
        }
    }

    /// Whether an attribute stays, brought into its declared shape.
    fn hold_attribute(&self, attribute: &mut Attribute, dropped: &mut Dropped) -> bool {
        let held = if self.has_version && attribute.name == COMPONENT_VERSION {
            hold_version(&mut attribute.value)
        } else if let Some(field) = self.fields.iter().find(|field| field.name == attribute.name) {
            hold(&field.shape, &mut attribute.value)
        } else {
            dropped.undeclared(&attribute.name);
            return false;
        };
        if !held {
            dropped.wrong(&attribute.name);
        }
        held
    }
}

/// The list of what was taken out, by name only.
struct Dropped(Vec<DroppedProperty>);

impl Dropped {
    fn undeclared(&mut self, name: &str) {
        self.add(name, DropReason::UndeclaredProperty);
    }

    fn wrong(&mut self, name: &str) {
        self.add(name, DropReason::WrongValue);
    }

    fn add(&mut self, name: &str, reason: DropReason) {
        // A property name can carry data as well, such as `nodes_of_123456789012`.
        let digits = name.bytes().filter(u8::is_ascii_digit).count();
        let name = if is_field_name(name) && digits <= 2 { name } else { OTHER };
        self.0.push(DroppedProperty { name: name.to_owned(), reason });
    }
}

/// Whether it may be the name of a type of crash in any language, such as `panic`, `SIGSEGV`, `std::io::Error` or
/// `java.lang.NullPointerException`.
fn is_type_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'.' | b'$');
    let begins = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    begins && text.len() <= MAX_TYPE_LENGTH && text.bytes().all(allowed)
}

/// Longer ones are texts, or types with all of their parameters.
const MAX_TYPE_LENGTH: usize = 96;

/// Replaces a text that is not `kept` by `other`; says whether it is a text at all.
fn text_or_other(value: &mut Value, kept: impl Fn(&str) -> bool) -> bool {
    let Value::Text(text) = value else { return false };
    if !kept(text) {
        OTHER.clone_into(text);
    }
    true
}
