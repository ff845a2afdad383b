//! An inventory in a SQLite file.

use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt, path::Path, time::Duration};

use rusqlite::{
    Connection, OpenFlags, Row, Statement, Transaction, TransactionBehavior, params_from_iter,
    types::{ToSqlOutput, ValueRef},
};
use serde_json::Value as Json;

use super::{
    BackendError, Change, DatabaseError, EvaluateError, Found, Location,
    backend::Backend,
    change::definitions,
    tables::{FETCHES, META},
};
use crate::schema::{Column, Kind, Rows, Table, Value};

/// Written into the header of every inventory (`CINV`), so that no other database is ever taken for one: a fetch drops
/// tables with names as common as `users`.
const APPLICATION_ID: i32 = 0x4349_4e56;

/// The layout of the tables that are not the providers'.
const LAYOUT: i32 = 1;

/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(30);

/// An open file.
#[derive(Debug)]
pub(super) struct Sqlite {
    connection: Connection,
}

impl Sqlite {
    pub(super) fn create_or_open(path: &Path, location: &Location) -> Result<Self, DatabaseError> {
        let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
        opened.map_err(|source| DatabaseError::Create { path: path.to_owned(), source })?;
        let prepared = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .and_then(|connection| Ok((prepare(&connection)?, connection)));
        Self::checked(prepared, location)
    }

    pub(super) fn open_for_reading(path: &Path, location: &Location) -> Result<Self, DatabaseError> {
        if !path.exists() {
            return Err(DatabaseError::Missing { location: location.clone() });
        }
        let opened = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .and_then(|connection| Ok((application_id(&connection)? == APPLICATION_ID, connection)));
        Self::checked(opened, location)
    }

    /// A connection to what is an inventory, or not.
    fn checked(opened: rusqlite::Result<(bool, Connection)>, location: &Location) -> Result<Self, DatabaseError> {
        match opened {
            Ok((true, connection)) => Ok(Self { connection }),
            Ok((false, _)) => Err(DatabaseError::Foreign { location: location.clone() }),
            Err(source) => Err(DatabaseError::Open { location: location.clone(), source: source.into() }),
        }
    }
}

fn connect(path: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

/// Makes an empty file an inventory. False where the file is another program's, which is then left alone.
fn prepare(connection: &Connection) -> rusqlite::Result<bool> {
    // Immediate: a transaction that turns from reading to writing cannot wait for another one that does the same.
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let empty = transaction.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?;
    if empty {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", LAYOUT)?;
    }
    if application_id(&transaction)? != APPLICATION_ID {
        return Ok(false);
    }
    define(&transaction, &FETCHES)?;
    define(&transaction, &META)?;
    let sql = "INSERT OR IGNORE INTO meta VALUES ('instance_id', lower(hex(randomblob(16))))";
    transaction.execute(sql, [])?;
    transaction.commit()?;
    Ok(true)
}

fn application_id(connection: &Connection) -> rusqlite::Result<i32> {
    connection.query_row("PRAGMA application_id", [], |row| row.get(0))
}

fn define(transaction: &Transaction<'_>, table: &Table) -> rusqlite::Result<()> {
    let Table { name, .. } = table;
    transaction
        .execute(&format!("CREATE TABLE IF NOT EXISTS \"{name}\" ({}) STRICT", definitions(table, kind_of)), [])
        .map(drop)
}

fn kind_of(column: &Column) -> String {
    match column.kind {
        Kind::Integer => "INTEGER".to_owned(),
        Kind::Text => "TEXT".to_owned(),
        Kind::Boolean => format!("INTEGER CHECK (\"{}\" IN (0, 1))", column.name),
    }
}

/// Dropped and made anew, so that a newer version of a provider may have other columns. Views on it live on.
fn replace(transaction: &Transaction<'_>, rows: &Rows) -> rusqlite::Result<()> {
    let Table { name, columns, .. } = rows.table;
    let places = vec!["?"; columns.len()].join(", ");
    transaction.execute_batch(&format!("DROP TABLE IF EXISTS \"{name}\""))?;
    define(transaction, rows.table)?;
    let mut insert = transaction.prepare(&format!("INSERT INTO \"{name}\" VALUES ({places})"))?;
    for row in &rows.rows {
        insert.execute(params_from_iter(row))?;
    }
    Ok(())
}

impl Backend for Sqlite {
    fn instance_id(&mut self) -> Result<Option<String>, BackendError> {
        if !self.has_table(&META)? {
            return Ok(None);
        }
        let sql = "SELECT value FROM meta WHERE name = 'instance_id'";
        let rows = self.query(sql, &[], &[Kind::Text])?;
        Ok(rows.into_iter().flatten().next().and_then(Value::into_text))
    }

    fn has_table(&mut self, table: &'static Table) -> Result<bool, BackendError> {
        let sql = "SELECT count(*) > 0 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
        Ok(self.connection.query_row(sql, [table.name], |row| row.get(0))?)
    }

    fn query(&mut self, sql: &str, values: &[Value], kinds: &[Kind]) -> Result<Vec<Vec<Value>>, BackendError> {
        let mut statement = self.connection.prepare(sql)?;
        let row = |row: &Row<'_>| kinds.iter().enumerate().map(|(index, kind)| cell(row, index, *kind)).collect();
        let rows = statement.query_map(params_from_iter(values), row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn write(&mut self, changes: &[Change<'_>]) -> Result<(), BackendError> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        for change in changes {
            match change {
                Change::Define(table) => define(&transaction, table)?,
                Change::Replace(rows) => replace(&transaction, rows)?,
                Change::Execute(sql, values) => transaction.execute(sql, params_from_iter(values)).map(drop)?,
            }
        }
        Ok(transaction.commit()?)
    }

    fn evaluate(&mut self, sql: &str, most: usize) -> Result<Found, EvaluateError> {
        let mut statement = self.connection.prepare(sql).map_err(evaluate_error)?;
        let columns: Vec<String> = statement.column_names().into_iter().map(ToOwned::to_owned).collect();
        if columns.is_empty() || !statement.readonly() {
            return Err(EvaluateError::NoQuery);
        }
        let mut found = Found { columns, ..Found::default() };
        gather(&mut statement, &mut found, most).map_err(evaluate_error)?;
        Ok(found)
    }
}

fn gather(statement: &mut Statement<'_>, found: &mut Found, most: usize) -> rusqlite::Result<()> {
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        found.count += 1;
        if found.rows.len() < most {
            let cells = (0..found.columns.len()).map(|index| row.get_ref(index).map(json));
            found.rows.push(cells.collect::<Result<_, _>>()?);
        }
    }
    Ok(())
}

fn evaluate_error(error: rusqlite::Error) -> EvaluateError {
    if error.to_string().contains("no such table") {
        EvaluateError::NoTable(error.into())
    } else {
        EvaluateError::Sql(error.into())
    }
}

fn cell(row: &Row<'_>, index: usize, kind: Kind) -> rusqlite::Result<Value> {
    Ok(match kind {
        Kind::Integer => row.get::<_, Option<i64>>(index)?.into(),
        Kind::Text => row.get::<_, Option<String>>(index)?.into(),
        Kind::Boolean => row.get::<_, Option<bool>>(index)?.into(),
    })
}

fn json(value: ValueRef<'_>) -> Json {
    match value {
        ValueRef::Null => Json::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Absent => ToSqlOutput::from(rusqlite::types::Null),
            Self::Integer(value) => ToSqlOutput::from(*value),
            Self::Text(value) => ToSqlOutput::from(value.as_str()),
            Self::Boolean(value) => ToSqlOutput::from(*value),
        })
    }
}
