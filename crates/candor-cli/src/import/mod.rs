//! Other products' exports, sent to a collector as if their events came now: rows of a file become items of the protocol
//! of that product, with their own times and ids.
//!
//! [`rows`] reads the file, [`shape`] tells whose it is and makes items, [`send`] posts them, [`progress`] remembers how far it came.

mod bad;
mod posthog;
mod progress;
mod rows;
mod segment;
mod send;
mod shape;
mod table;
mod time;

pub(crate) use bad::{Bad, Tally};
pub(crate) use progress::Progress;
pub(crate) use rows::{Row, Rows, open};
pub(crate) use send::{Batch, Sender};
pub(crate) use shape::Shape;
