//! Why a body or an item was not taken.

use crate::record::closed_names;

/// Why a whole body could not be read: the client is told so, with [`code`](Self::code), by a 4xx.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// It is not UTF-8.
    #[error("the body is not UTF-8")]
    InvalidUtf8,
    /// It is not JSON from here on.
    #[error("the body is not JSON, line {line} column {column}")]
    NotJson {
        /// From 1.
        line: usize,
        /// In bytes, from 1.
        column: usize,
    },
    /// It ends before its JSON or its protobuf does.
    #[error("the body ends in the middle of its JSON or its protobuf")]
    Truncated,
    /// It is JSON, but neither an event nor a batch of events.
    #[error("the body is neither an event nor a batch of events")]
    NotABatch,
    /// It is not protobuf, or not from here on.
    #[error("the body is not a protobuf message")]
    NotProtobuf,
    /// It has more items, their parts and durations included, than a request may have.
    #[error("the body has more than {limit} items, parts and durations")]
    TooManyItems {
        /// How many it may have.
        limit: usize,
    },
}

impl DecodeError {
    /// Every code, in the order of the variants.
    pub const CODES: &[&str] =
        &["invalid_utf8", "not_json", "truncated", "not_a_batch", "not_protobuf", "too_many_items"];

    /// What a program may rely on; it never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidUtf8 => "invalid_utf8",
            Self::NotJson { .. } => "not_json",
            Self::Truncated => "truncated",
            Self::NotABatch => "not_a_batch",
            Self::NotProtobuf => "not_protobuf",
            Self::TooManyItems { .. } => "too_many_items",
        }
    }
}

closed_names! {
    /// Why one item was dropped while the rest of its batch was kept.
    Dropped {
        /// It is a text, a number, a list: no object.
        NotAnObject = "not_an_object",
        /// It is of a kind that is acknowledged and not kept: a session, a transaction, an attachment, a log line, a gauge, …
        NotKept = "not_kept",
        /// It is no JSON, or not UTF-8.
        NotJson = "not_json",
        /// It has no `type`.
        MissingType = "missing_type",
        /// Its `type` is none of those that the protocol has.
        UnknownType = "unknown_type",
        /// A `track` with no `event`, or another event, a span or a metric without its name.
        MissingEvent = "missing_event",
        /// A counter that says how much it has come to, and not since when.
        CumulativeTemporality = "cumulative_temporality",
        /// Its time cannot be read.
        TimestampMalformed = "timestamp_malformed",
        /// It is older than anything that is kept.
        TimestampTooOld = "timestamp_too_old",
        /// It lies in the future by more than clocks differ.
        TimestampInFuture = "timestamp_in_future",
        /// Its JSON is larger than one event may be.
        EventTooLarge = "event_too_large",
        /// It has more properties than one event may have.
        TooManyProperties = "too_many_properties",
        /// Its name, or that of a property, is longer than a name may be.
        NameTooLong = "name_too_long",
        /// A property is nested too deeply.
        TooDeep = "too_deep",
        /// It says that it is spelled by a later version of Candor's format.
        UnknownFormat = "unknown_format",
        /// It is Candor's own, but its kind is not known.
        UnknownKind = "unknown_kind",
        /// It is Candor's own, but one of its words does not have the shape that docs/wire.md gives it.
        MalformedWord = "malformed_word",
    }
}

impl Dropped {
    /// What a program may rely on; it never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.as_str()
    }
}
