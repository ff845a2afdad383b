//! `POST /cli/execute`: a command line, such as `list processes | count`.

use std::sync::Arc;

use axum::{
    Json,
    extract::{State, rejection::StringRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use comfy_table::{Table, presets};
use inventory_store::schema::Value;
use serde::Serialize;
use serde_json::{Map, Value as Object};

use super::{ApiError, Code};
use crate::{
    command::{Rows, execute},
    core::Core,
};

/// The answer as JSON.
#[derive(Debug, Serialize)]
struct Answer {
    /// In their order, which objects do not have.
    columns: Vec<String>,
    rows: Vec<Map<String, Object>>,
}

/// Executes the command line in the body. The answer is a table where text is asked for, else JSON.
pub(super) async fn execute_line(
    State(core): State<Arc<Core>>,
    headers: HeaderMap,
    body: Result<String, StringRejection>,
) -> Result<Response, ApiError> {
    let line = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::of(Code::BodyTooLarge),
        _ => ApiError::saying(Code::InvalidCommand, "the body is no text in UTF-8"),
    })?;
    let rows = execute(&core, &line).await?;
    let wanted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(if wanted.starts_with("text/plain") {
        text(&rows).into_response()
    } else {
        Json(Answer { rows: rows.objects().collect(), columns: rows.columns }).into_response()
    })
}

/// A line for every row, the first with the names of the columns.
fn text(rows: &Rows) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(rows.columns.iter().map(|column| column.to_uppercase()));
    for row in &rows.rows {
        table.add_row(row.iter().map(cell));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt() + "\n"
}

/// Text of the machine must neither command a terminal nor begin another line.
fn cell(value: &Value) -> String {
    match value {
        Value::Absent => "-".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(value) => if *value { "yes" } else { "no" }.to_owned(),
        Value::Text(text) => text.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"),
    }
}
