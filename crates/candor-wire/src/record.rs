//! The canonical record: one shape between every protocol and the tables.

use crate::{DurationBucket, Environment, Shared, Timestamp};

/// What happened, so many times, under these dimensions.
///
/// A raw event has `count` 1; a sum made on the device has more. Both become rows of the table `facts`, whose columns
/// are these fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What kind of thing happened.
    pub kind: Kind,
    /// Its name: of the operation, the part, the counter, the component, ...
    pub name: String,
    /// What it belongs to: a part's operation, a component's set (`provider`).
    pub parent: Option<String>,
    /// How it ended, where that can be said.
    pub outcome: Option<Outcome>,
    /// The type of the error that ended it, from a closed list; never its text.
    pub error_class: Option<String>,
    /// How long it took.
    pub duration: Option<DurationBucket>,
    /// How many times.
    pub count: u64,
    /// When, in UTC; cut to the hour or the day where the identity mode asks for that.
    pub time: Timestamp,
    /// Which binary on what kind of machine.
    pub environment: Shared<Environment>,
    /// The other dimensions, in the order in which they came.
    pub attributes: Vec<Attribute>,
}

impl Record {
    /// A record of one `kind` called `name` at `time`, with everything else empty and a count of 1.
    #[must_use]
    pub fn new(kind: Kind, name: impl Into<String>, time: Timestamp) -> Self {
        Self {
            kind,
            name: name.into(),
            parent: None,
            outcome: None,
            error_class: None,
            duration: None,
            count: 1,
            time,
            environment: Shared::default(),
            attributes: Vec::new(),
        }
    }
}

/// One dimension of a record beyond the fixed ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Its name, as the manifest declares it or as a foreign client sent it.
    pub name: String,
    /// Its value.
    pub value: Value,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A whole number: a count, or the lower bound of a bucket.
    Integer(i64),
    /// A fraction; only foreign clients send them.
    Float(f64),
    /// A value from a list, a version, or a checked name; free text only from foreign clients.
    Text(String),
    /// A list or an object as compact JSON; only foreign clients send them.
    Json(String),
}

macro_rules! closed_names {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every value, in the order of their definition.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name on the wire and in the tables.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The value of this name, if there is one.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use closed_names;

closed_names! {
    /// What kind of thing a record says.
    Kind {
        /// Something that the tool was asked to do, with outcome and duration.
        Operation = "operation",
        /// A step of an operation; `parent` names the operation.
        Part = "part",
        /// Something that was counted.
        Count = "count",
        /// An instance started, stopped, or has been up for a while.
        Lifecycle = "lifecycle",
        /// A plugin or provider that was there, with its version; `parent` names the set.
        Component = "component",
        /// An error that was handled.
        Error = "error",
        /// A crash.
        Crash = "crash",
        /// The installation was active on this day, week or month.
        Active = "active",
        /// An event of a foreign SDK.
        Track = "track",
    }
}

closed_names! {
    /// How an operation or a part ended.
    Outcome {
        /// It did what it was asked to do.
        Ok = "ok",
        /// It failed.
        Error = "error",
        /// The user or a signal stopped it, or it never came to its end.
        Cancelled = "cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_values() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.as_str()), Some(*kind));
        }
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_name(outcome.as_str()), Some(*outcome));
        }
        assert_eq!(Kind::from_name("Operation"), None);
    }
}
