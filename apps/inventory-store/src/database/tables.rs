//! The tables that every inventory has, whatever was fetched.

use crate::schema::{Column, Kind::*, Table, column, key, optional};

/// What is asked last of each provider, and how that went.
pub(super) const FETCHES: Table =
    Table { name: "fetches", kind: "fetch", about: "the last fetch of a provider", columns: &FETCH_COLUMNS };
const FETCH_COLUMNS: [Column; 8] = [
    key("provider", Text, "its name"),
    column("version", Text, "its version"),
    column("attempted_at", Text, "UTC"),
    optional("succeeded_at", Text, "UTC; NULL where it never did"),
    column("duration_ms", Integer, "how long it looked at the machine"),
    column("row_count", Integer, "resources found; 0 where it failed"),
    optional("error_class", Text, "why it failed; NULL where it did not"),
    optional("error", Text, "the same as a sentence"),
];

/// What says that a database is an inventory.
pub(super) const META: Table =
    Table { name: "meta", kind: "meta", about: "what the inventory knows of itself", columns: &META_COLUMNS };
const META_COLUMNS: [Column; 2] =
    [key("name", Text, "instance_id: what tells this inventory from others"), column("value", Text, "its value")];

/// The time as SQL that both databases understand: `2026-11-22 05:28:11`, in UTC.
pub(super) const NOW: &str = "substr(CAST(CURRENT_TIMESTAMP AS TEXT), 1, 19)";
