//! Connections to a server, and what the schema holds.

use std::time::Duration;

use postgres::{Client, Config, NoTls, Transaction};

use super::define;
use crate::database::tables::{FETCHES, META};

/// Everything of an inventory lies in this schema: its tables have names as common as `users`.
pub(super) const SCHEMA: &str = "inventory";

/// How long to wait for a server that does not answer, where the address says nothing of it.
const CONNECT: Duration = Duration::from_secs(10);

/// Held by whoever writes, as a SQLite file has one writer at a time: two transactions that make a table at once would fail.
const WRITER: i64 = 0x4349_4e56;

/// What the schema `inventory` of a database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schema {
    /// An inventory.
    Inventory,
    /// Nothing, or there is no such schema.
    Empty,
    /// Tables of another program.
    Foreign,
}

impl Schema {
    pub(super) fn of(client: &mut impl postgres::GenericClient) -> Result<Self, postgres::Error> {
        let sql = "SELECT to_regclass('inventory.meta') IS NOT NULL AND to_regclass('inventory.fetches') IS NOT NULL,
                   EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('inventory'))";
        let row = client.query_one(sql, &[])?;
        Ok(match (row.get(0), row.get(1)) {
            (true, _) => Self::Inventory,
            (false, true) => Self::Foreign,
            (false, false) => Self::Empty,
        })
    }
}

/// A connection that sees the inventory and the server's own functions, and tells the time in UTC.
pub(super) fn connect(config: &Config) -> Result<Client, postgres::Error> {
    let mut config = config.clone();
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_application_name().is_none() {
        config.application_name(SCHEMA);
    }
    let mut client = config.connect(NoTls)?;
    client.batch_execute("SET search_path TO inventory; SET TimeZone TO 'UTC'; SET DateStyle TO 'ISO'")?;
    Ok(client)
}

/// Makes an empty schema an inventory; says what was found before where it is another program's.
pub(super) fn prepare(client: &mut Client) -> Result<Schema, postgres::Error> {
    if Schema::of(client)? == Schema::Inventory {
        return Ok(Schema::Inventory);
    }
    let mut transaction = begin_writing(client)?;
    // Somebody else may have made it while this one waited.
    match Schema::of(&mut transaction)? {
        Schema::Empty => {}
        known => return Ok(known),
    }
    // Not `IF NOT EXISTS`: that asks for the right to make schemas even where there is nothing to make.
    if transaction.query_opt("SELECT FROM pg_namespace WHERE nspname = 'inventory'", &[])?.is_none() {
        transaction.batch_execute("CREATE SCHEMA inventory")?;
    }
    define(&mut transaction, &FETCHES)?;
    define(&mut transaction, &META)?;
    let sql = "INSERT INTO meta VALUES ('instance_id', replace(gen_random_uuid()::text, '-', ''))";
    transaction.execute(sql, &[])?;
    transaction.commit()?;
    Ok(Schema::Inventory)
}

/// A transaction that waits until no other one writes to the inventory.
pub(super) fn begin_writing(client: &mut Client) -> Result<Transaction<'_>, postgres::Error> {
    let mut transaction = client.transaction()?;
    transaction.batch_execute("SET LOCAL lock_timeout = '30s'")?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&WRITER])?;
    Ok(transaction)
}
