//! `GET /inventory/{kind}?limit=`: the resources of a kind.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ApiError, Code};
use crate::{
    command::{Rows, table},
    core::Core,
};

/// How many resources are given where nobody says it.
const USUAL: u64 = 100;

/// How many are given at most: an answer is put together in memory.
const MOST: u64 = 10_000;

/// The parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameters {
    limit: Option<u64>,
}

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct Resources {
    kind: &'static str,
    /// How many there are.
    total: u64,
    columns: Vec<String>,
    rows: Vec<Map<String, Value>>,
}

/// The first resources of a kind.
pub(super) async fn list_resources(
    State(core): State<Arc<Core>>,
    Path(kind): Path<String>,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Result<Json<Resources>, ApiError> {
    let Query(Parameters { limit }) =
        parameters.map_err(|rejection| ApiError::saying(Code::InvalidParameter, rejection.body_text()))?;
    let limit = limit.unwrap_or(USUAL);
    if limit > MOST {
        return Err(ApiError::saying(Code::InvalidParameter, format!("limit is at most {MOST}")));
    }
    let table = table(&kind).map_err(|error| ApiError::saying(Code::UnknownKind, error.to_string()))?;
    let found = core.inventory.ask(move |database| match database.count(table)? {
        Some(total) => Ok::<_, ApiError>(database.rows(table, limit)?.map(|rows| (total, rows.rows))),
        None => Ok(None),
    });
    let (total, rows) = found.await?.ok_or_else(|| ApiError::of(Code::NotCollected))?;
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let rows = Rows { rows, ..Rows::of(&columns) };
    Ok(Json(Resources { kind: table.name, total, rows: rows.objects().collect(), columns: rows.columns }))
}
