//! Where a visitor arrives.

use super::html;
use crate::access::viewer::SignedIn;
use crate::app::App;
use crate::error::ApiError;
use crate::project::unavailable;
use axum::extract::State;
use axum::response::Response;
use candor_web::ProjectSummary;

/// `GET /`: the projects that the visitor may see, or the way in.
pub(crate) async fn get_home(State(app): State<App>, signed_in: Option<SignedIn>) -> Result<Response, ApiError> {
    let Some(SignedIn { scope, .. }) = signed_in else { return Ok(html(candor_web::login(None))) };
    let projects = app.catalog().projects().await;
    let projects = projects.map_err(|error| unavailable(error, app.limits().retry_after))?;
    let visible = projects.iter().filter(|project| scope.allows(&project.name));
    let summaries: Vec<ProjectSummary> = visible.map(|project| ProjectSummary::new(&*project.name)).collect();
    Ok(html(candor_web::projects(&summaries)))
}
