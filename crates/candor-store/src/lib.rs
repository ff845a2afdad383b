//! Journal, Delta tables, fresh rows and project metadata of the Candor collector.
//!
//! For whoever asks "is it lost, is it counted twice?": an item is acknowledged after the journal frame that holds it
//! was synced to disk, and from then on a query counts it exactly once, whatever is killed when. Not for HTTP, privacy
//! or reports: what comes in here is already scrubbed, and what goes out is a DataFusion session.
//!
//! docs/storage.md describes every file of a data directory.

mod append;
mod backup;
mod catalog;
mod clock;
mod cut_off;
mod dedup;
mod derived;
mod engine;
mod examine;
mod facts;
mod flush;
mod fresh;
mod journal;
mod lock;
mod maintenance;
mod minidumps;
mod options;
mod query;
mod reader;
mod recovery;
mod store;
mod tables;
mod writer;

pub use append::{Append, AppendError, AppendItem, Appended, AttributeColumns, Crash, Fact, message_id_hash};
pub use backup::{BackedUp, BackupError, backup, files_and_bytes, restore};
pub use candor_privacy::Policy as IdentityPolicy;
pub use catalog::{
    Access, Catalog, CatalogError, CounterTotal, CreatedProject, CreatedToken, ItemOutcome, NewProject, NewToken,
    NoSuchScope, OutcomeCount, OutcomeDelta, Project, ProjectMode, Rotated, Token, TokenScope, TokenScopes, WriteKey,
};
pub use engine::{QueryBounds, is_out_of_memory};
pub use examine::{Finding, Health, examine};
pub use facts::{batch_bytes, is_column_name};
pub use flush::FlushError;
pub use journal::JournalError;
pub use maintenance::{Erasure, Maintained, MaintenanceError, Progress, Task};
pub use minidumps::{IncomingMinidump, MinidumpCount, Minidumps};
pub use options::StoreOptions;
pub use query::TALLIED;
pub use reader::{ReadError, Reader};
pub use store::{OpenError, QueryError, Store, StoreStatus};
pub use tables::TableError;
