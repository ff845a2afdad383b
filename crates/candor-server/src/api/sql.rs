//! Free SQL over HTTP.

use crate::access::Scope;
use crate::access::viewer::TokenBearer;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::query::sql::{self, Most, SqlAnswer, SqlError};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use candor_store::TokenScope;
use serde::Deserialize;

/// The body of a request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    /// One SELECT over the tables `facts` and `crashes`.
    sql: String,
}

/// `POST /api/v1/sql` with `{"sql": "SELECT …"}`; the tables hold the rows of the token's project.
pub(crate) async fn post_sql(
    State(app): State<App>,
    viewer: TokenBearer,
    body: Bytes,
) -> Result<Json<SqlAnswer>, ApiError> {
    let scope = viewer.allowed_in(TokenScope::Sql)?.clone();
    let limits = app.limits();
    let ask: Ask = serde_json::from_slice(&body)
        .map_err(|_| ApiError::from(Code::NotJson).detail(r#"write {"sql": "SELECT …"}"#))?;
    let (most, wait) = (Most { rows: limits.query_rows, bytes: limits.query_answer_bytes }, limits.retry_after);
    let shared = app.clone();
    let work = async move {
        let session = shared.store().session().await;
        let session =
            session.map_err(|error| ApiError::from(Code::StorageUnavailable).retry_after(wait).because(error))?;
        let session = match scope {
            Scope::Everything => session,
            Scope::Project(name) => sql::only_project(session, &name).await.map_err(refused)?,
        };
        sql::answer(&session, &ask.sql, most).await.map_err(refused)
    };
    app.shared().queries.run(work).await.map(Json)
}

/// The planner's words help whoever wrote the query, and name nothing that the token may not see.
fn refused(error: SqlError) -> ApiError {
    let code = match error {
        SqlError::NotASelect => Code::NotASelect,
        SqlError::TooLarge(_) => Code::QueryTooLarge,
        _ => Code::InvalidQuery,
    };
    ApiError::from(code).detail(error.to_string())
}
