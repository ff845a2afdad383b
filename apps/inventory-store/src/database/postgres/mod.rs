//! An inventory in PostgreSQL: the schema `inventory` of a database, which may hold other schemas beside it.

mod connect;
mod replace;
mod value;

use ::postgres::{Client, Config, Statement, Transaction, error::SqlState, fallible_iterator::FallibleIterator};
use serde_json::{Map, Value as Json};

use self::{
    connect::{SCHEMA, Schema, begin_writing, connect},
    replace::{define, replace},
};
use super::{BackendError, Change, DatabaseError, EvaluateError, Found, Location, backend::Backend};
use crate::schema::{Kind, Table, Value};

/// An open connection.
pub(super) struct Postgres {
    client: Client,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postgres")
    }
}

impl Postgres {
    pub(super) fn create_or_open(config: &Config, location: &Location) -> Result<Self, DatabaseError> {
        let prepared = connect(config).and_then(|mut client| Ok((connect::prepare(&mut client)?, client)));
        Self::checked(prepared, location)
    }

    pub(super) fn open_for_reading(config: &Config, location: &Location) -> Result<Self, DatabaseError> {
        let opened = connect(config).and_then(|mut client| Ok((Schema::of(&mut client)?, client)));
        Self::checked(opened, location)
    }

    fn checked(
        opened: Result<(Schema, Client), ::postgres::Error>,
        location: &Location,
    ) -> Result<Self, DatabaseError> {
        let location = location.clone();
        match opened {
            Ok((Schema::Inventory, client)) => Ok(Self { client }),
            Ok((Schema::Empty, _)) => Err(DatabaseError::Missing { location }),
            Ok((Schema::Foreign, _)) => Err(DatabaseError::Foreign { location }),
            Err(source) => Err(DatabaseError::Open { location, source: source.into() }),
        }
    }
}

impl Backend for Postgres {
    /// Where the role may not ask for the cluster's own identifier, the one that was drawn for the inventory.
    fn instance_id(&mut self) -> Result<Option<String>, BackendError> {
        let own = self.client.query_one("SELECT system_identifier::text FROM pg_control_system()", &[]);
        if let Ok(row) = own {
            return Ok(Some(row.get(0)));
        }
        let row = self.client.query_opt("SELECT value FROM meta WHERE name = 'instance_id'", &[])?;
        Ok(row.map(|row| row.get(0)))
    }

    fn has_table(&mut self, table: &'static Table) -> Result<bool, BackendError> {
        let sql = "SELECT to_regclass(format('%I.%I', $1::text, $2::text)) IS NOT NULL";
        Ok(self.client.query_one(sql, &[&SCHEMA, &table.name])?.get(0))
    }

    fn query(&mut self, sql: &str, values: &[Value], kinds: &[Kind]) -> Result<Vec<Vec<Value>>, BackendError> {
        let rows = self.client.query(&numbered(sql), &value::parameters(values))?;
        let cells = |row: &::postgres::Row| -> Result<Vec<Value>, ::postgres::Error> {
            kinds.iter().enumerate().map(|(index, kind)| value::cell(row, index, *kind)).collect()
        };
        Ok(rows.iter().map(cells).collect::<Result<_, _>>()?)
    }

    fn write(&mut self, changes: &[Change<'_>]) -> Result<(), BackendError> {
        let mut transaction = begin_writing(&mut self.client)?;
        for change in changes {
            match change {
                Change::Define(table) => define(&mut transaction, table)?,
                Change::Replace(rows) => replace(&mut transaction, rows)?,
                Change::Execute(sql, values) => {
                    transaction.execute(&numbered(sql), &value::parameters(values)).map(drop)?;
                }
            }
        }
        Ok(transaction.commit()?)
    }

    fn evaluate(&mut self, sql: &str, most: usize) -> Result<Found, EvaluateError> {
        // The server refuses every change in such a transaction, whatever the role may do.
        let transaction = self.client.build_transaction().read_only(true).start();
        let mut transaction = transaction.map_err(evaluate_error)?;
        let statement = transaction.prepare(sql).map_err(evaluate_error)?;
        let columns: Vec<String> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        if columns.is_empty() {
            return Err(EvaluateError::NoQuery);
        }
        let mut found = Found { columns, ..Found::default() };
        gather(&mut transaction, &statement, sql, &mut found, most).map_err(evaluate_error)?;
        Ok(found)
    }
}

/// Runs the query inside another one that turns each of its rows into JSON, whatever types its columns have. They are
/// called `c0`, `c1` and so on there, as two columns of a query may have one name.
fn gather(
    transaction: &mut Transaction<'_>,
    statement: &Statement,
    sql: &str,
    found: &mut Found,
    most: usize,
) -> Result<(), ::postgres::Error> {
    let names: Vec<String> = (0..statement.columns().len()).map(|index| format!("c{index}")).collect();
    let sql = sql.trim_end().trim_end_matches(';');
    let wrapped = format!("SELECT row_to_json(q)::text FROM (\n{sql}\n) AS q ({})", names.join(", "));
    let mut rows = transaction.query_raw(&wrapped, std::iter::empty::<&str>())?;
    while let Some(row) = rows.next()? {
        found.count += 1;
        if found.rows.len() < most {
            // What the server writes as JSON is an object.
            let mut cells: Map<String, Json> = serde_json::from_str(row.get(0)).unwrap_or_default();
            found.rows.push(names.iter().map(|name| cells.remove(name).unwrap_or_default()).collect());
        }
    }
    Ok(())
}

fn evaluate_error(error: ::postgres::Error) -> EvaluateError {
    if error.code() == Some(&SqlState::UNDEFINED_TABLE) {
        EvaluateError::NoTable(error.into())
    } else {
        EvaluateError::Sql(error.into())
    }
}

/// `$1` for `?1`. The SQL of this crate has no other question marks.
fn numbered(sql: &str) -> String {
    sql.replace('?', "$")
}
