//! Maintenance over HTTP: answered when it is done.

use crate::access::Scope;
use crate::access::viewer::TokenBearer;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::maintenance::EraseError;
use crate::project::unavailable;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use candor_store::{Maintained, MaintenanceError, Task, TokenScope};
use serde::Deserialize;

/// What can be asked for by name.
pub(super) const TASKS: [(&str, Task); 5] = [
    ("compact", Task::Compact { everything: false }),
    ("compact-all", Task::Compact { everything: true }),
    ("retain", Task::Retain),
    ("vacuum", Task::Vacuum),
    ("rollup", Task::Rollup),
];

/// `POST /api/v1/maintenance/{task}`
pub(crate) async fn post_maintenance(
    State(app): State<App>,
    viewer: TokenBearer,
    Path(task): Path<String>,
) -> Result<Json<Maintained>, ApiError> {
    if *viewer.allowed_in(TokenScope::Admin)? != Scope::Everything {
        return Err(ApiError::from(Code::InsufficientScope).detail("this takes a token of all projects"));
    }
    let known = TASKS.into_iter().find(|(name, _)| *name == task);
    let (_, task) = known.ok_or_else(|| {
        let names = TASKS.map(|(name, _)| name).join(", ");
        ApiError::from(Code::NotFound).detail(format!("the tasks are {names}"))
    })?;
    app.maintain(task, |_| ()).await.map(Json).map_err(|error| failed(&app, error))
}

/// The body of a request for an erasure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    /// The installation, as its tool names it.
    installation: String,
}

/// `POST /api/v1/projects/{project}/erase` with `{"installation": "ID"}`
pub(crate) async fn post_erase(
    State(app): State<App>,
    viewer: TokenBearer,
    Path(project): Path<String>,
    body: Bytes,
) -> Result<Json<Maintained>, ApiError> {
    viewer.require_of(&project, TokenScope::Admin)?;
    let wish: Wish = serde_json::from_slice(&body)
        .map_err(|_| ApiError::from(Code::NotJson).detail(r#"write {"installation": "ID"}"#))?;
    let erased = app.erase(&project, &wish.installation, |_| ()).await;
    erased.map(Json).map_err(|error| match error {
        EraseError::NoSuchProject(_) => Code::NotFound.into(),
        EraseError::NotRecognised => Code::NotRecognised.into(),
        EraseError::Catalog(error) => unavailable(error, app.limits().retry_after),
        EraseError::Random(error) => ApiError::from(Code::Internal).because(error),
        EraseError::Maintenance(error) => failed(&app, error),
        EraseError::Minidumps(error) => {
            ApiError::from(Code::StorageUnavailable).retry_after(app.limits().retry_after).because(error)
        }
    })
}

fn failed(app: &App, error: MaintenanceError) -> ApiError {
    ApiError::from(Code::StorageUnavailable).retry_after(app.limits().retry_after).because(error)
}
