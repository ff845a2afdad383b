//! The dashboard of a project.

use super::html;
use crate::access::viewer::{NotSignedIn, SignedIn};
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::project::unavailable;
use crate::query::reports::{self, View};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use candor_web::ProjectPage;

/// `GET /projects/{project}?since=30d&version=…`
pub(crate) async fn get_project(
    State(app): State<App>,
    signed_in: Result<SignedIn, NotSignedIn>,
    Path(project): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Result<Response, NotSignedIn>, ApiError> {
    let Ok(SignedIn { scope, .. }) = signed_in else { return Ok(Err(NotSignedIn)) };
    // What may not be seen looks like what does not exist.
    if !scope.allows(&project) {
        return Err(Code::NotFound.into());
    }
    let known = app.catalog().project_by_name(&project).await;
    known.map_err(|error| unavailable(error, app.limits().retry_after))?.ok_or(Code::NotFound)?;
    let view = View::parse(&parameters, &[])?;
    let (since, filters) = (view.since, view.filters.clone());
    let answers = reports::run(&app, &project, &ProjectPage::REPORTS, view.into()).await?;
    Ok(Ok(html(candor_web::page(&ProjectPage::new(project, since, answers).with_filters(filters)))))
}
