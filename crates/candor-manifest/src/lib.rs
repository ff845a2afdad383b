//! What a tool may collect, as one reviewed file says it: parse, check, compare, document and enforce `telemetry.toml`.
//!
//! For `candor::manifest!`, which makes a typed API of it, for the `candor manifest` commands, and for the collector,
//! which lets nothing past that the file does not declare. Not for tools: they use the macro. The crate is pure: no
//! clock, no file, no socket; today's date is passed in. `docs/manifest.md` describes the format.

mod application;
mod columns;
mod consent;
mod date;
mod diff;
mod document;
mod dsn;
mod enforce;
mod expiry;
mod field;
mod identity;
mod inspect;
mod manifest;
pub mod name;
mod notice;
mod page;
mod problem;
mod record;
mod template;
mod upload;

pub use application::Application;
pub use columns::{AttributeColumn, Physical};
pub use consent::{Consent, DefaultConsent, NonInteractive};
pub use date::Date;
pub use diff::{Change, Diff, diff};
pub use enforce::{DropReason, DroppedProperty, Enforced, Refusal};
pub use expiry::{Expires, Release};
pub use field::{Field, NameShape, Pattern, Shape};
pub use identity::{DatabaseId, Identity, IdentityMode};
pub use inspect::Inspect;
pub use manifest::Manifest;
pub use page::{Difference, Format, document};
pub use problem::{Problem, Problems};
pub use record::{
    Active, Collect, ComponentSet, Count, Crash, Entry, ErrorKind, Level, Lifecycle, Messages, Operation, Part,
    RecordKind,
};
pub use template::template;
pub use upload::Upload;
