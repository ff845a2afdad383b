//! What the reference applications share: looking at a machine, keeping what was found in a database, and checking
//! policies over it.
//!
//! For `inventory` and `inventory-core` alone; never published. [`providers`] look at a [`machine`] and find rows of the
//! tables that [`schema`] describes, [`fetch()`] asks all of them at once, [`database`] keeps what they find in SQLite or in
//! PostgreSQL, and [`policy`] checks it. There is no telemetry here: an [`Observer`] is told what happens.

mod classified;
pub mod database;
mod fetch;
pub mod machine;
mod observer;
pub mod policy;
pub mod providers;
pub mod schema;
pub mod settings;
mod wording;

pub use classified::{Classified, ErrorClass, with_causes};
pub use fetch::{Fetched, fetch};
pub use observer::{Observer, Step};
pub use wording::{counted, version};
