//! Cells on their way to the server and back.

use std::error::Error;

use postgres::{
    Row,
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use crate::schema::{Kind, Value};

/// A query's values.
pub(super) fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as _).collect()
}

/// The cell of a row that has this kind.
pub(super) fn cell(row: &Row, index: usize, kind: Kind) -> Result<Value, postgres::Error> {
    Ok(match kind {
        Kind::Integer => row.try_get::<_, Option<i64>>(index)?.into(),
        Kind::Text => row.try_get::<_, Option<String>>(index)?.into(),
        Kind::Boolean => row.try_get::<_, Option<bool>>(index)?.into(),
    })
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Absent => Ok(IsNull::Yes),
            Self::Integer(value) => value.to_sql_checked(ty, out),
            // The machine may say it, and the server has no text with it.
            Self::Text(value) if value.contains('\0') => value.replace('\0', "\u{fffd}").to_sql_checked(ty, out),
            Self::Text(value) => value.to_sql_checked(ty, out),
            Self::Boolean(value) => value.to_sql_checked(ty, out),
        }
    }

    /// Each of the values above has its own opinion, and gives it as an error.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
