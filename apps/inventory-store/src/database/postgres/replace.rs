//! Making tables, and giving them other rows.

use postgres::{
    Transaction,
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};

use super::connect::SCHEMA;
use crate::{
    database::change::definitions,
    schema::{Column, Kind, Rows, Table},
};

/// Makes a table, unless it is there.
pub(super) fn define(transaction: &mut Transaction<'_>, table: &Table) -> Result<(), postgres::Error> {
    let definitions = definitions(table, |column| kind_name(column.kind).to_owned());
    // Asked first: `IF NOT EXISTS` would tell the client of every table that is there.
    if columns_of(transaction, table)?.is_empty() {
        transaction.batch_execute(&format!("CREATE TABLE {SCHEMA}.\"{}\" ({definitions})", table.name))?;
    }
    Ok(())
}

/// Empties a table and fills it; where its columns have changed, it is dropped and made anew. A view on such a table
/// stands in the way, and is not dropped with it: it is somebody's.
pub(super) fn replace(transaction: &mut Transaction<'_>, rows: &Rows) -> Result<(), postgres::Error> {
    let Table { name, columns, .. } = rows.table;
    let known = columns_of(transaction, rows.table)?;
    let wanted =
        columns.iter().map(|column| (column.name.to_owned(), kind_name(column.kind).to_owned(), !column.optional));
    if known.iter().cloned().eq(wanted) {
        transaction.execute(&format!("DELETE FROM \"{name}\""), &[])?;
    } else {
        if !known.is_empty() {
            transaction.batch_execute(&format!("DROP TABLE {SCHEMA}.\"{name}\""))?;
        }
        define(transaction, rows.table)?;
    }
    let writer = transaction.copy_in(&format!("COPY \"{name}\" FROM STDIN (FORMAT BINARY)"))?;
    let types: Vec<Type> = columns.iter().map(kind_of).collect();
    let mut writer = BinaryCopyInWriter::new(writer, &types);
    for row in &rows.rows {
        let cells: Vec<&(dyn ToSql + Sync)> = row.iter().map(|cell| cell as _).collect();
        writer.write(&cells)?;
    }
    writer.finish().map(drop)
}

/// Name, type and whether it must be there, of every column of a table; none where there is no such table.
fn columns_of(
    transaction: &mut Transaction<'_>,
    table: &Table,
) -> Result<Vec<(String, String, bool)>, postgres::Error> {
    let sql = "SELECT attname::text, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
               WHERE attrelid = to_regclass(format('%I.%I', $1::text, $2::text)) AND attnum > 0 AND NOT attisdropped
               ORDER BY attnum";
    let rows = transaction.query(sql, &[&SCHEMA, &table.name])?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect())
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "bigint",
        Kind::Text => "text",
        Kind::Boolean => "boolean",
    }
}

fn kind_of(column: &Column) -> Type {
    match column.kind {
        Kind::Integer => Type::INT8,
        Kind::Text => Type::TEXT,
        Kind::Boolean => Type::BOOL,
    }
}
