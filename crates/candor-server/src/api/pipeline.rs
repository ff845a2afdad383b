//! What became of everything that a project was sent.

use crate::access::viewer::TokenBearer;
use crate::app::App;
use crate::clock;
use crate::error::{ApiError, Code};
use crate::project::unavailable;
use crate::query::reports::{View, date_of};
use axum::Json;
use axum::extract::{Path, Query, State};
use candor_store::{ItemOutcome, OutcomeCount};
use candor_wire::Timestamp;
use serde::Serialize;

const MICROS_A_DAY: i64 = 86_400_000_000;

/// Items by how they ended; `dropped_parts` counts what was left out of accepted items.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Pipeline {
    project: String,
    accepted: u64,
    duplicates: u64,
    dropped: u64,
    dropped_parts: u64,
    rejected: u64,
    rows: Vec<Row>,
    notes: Vec<&'static str>,
}

/// So many ended so, for this reason, on this day.
#[derive(Debug, Serialize)]
struct Row {
    day: String,
    outcome: &'static str,
    reason: String,
    count: u64,
}

const NOTES: [&str; 3] = [
    "accepted, duplicates and dropped count items; rejected counts requests",
    "a reason with a colon names a property or a part that was left out of an accepted item; it is in dropped_parts only",
    "counts are at most a second old",
];

/// `GET /api/v1/projects/{project}/pipeline?since=30d`
pub(crate) async fn get_pipeline(
    State(app): State<App>,
    viewer: TokenBearer,
    Path(project): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Json<Pipeline>, ApiError> {
    viewer.require(&project)?;
    let view = View::parse(&parameters, &[])?;
    if !view.filters.is_empty() {
        return Err(ApiError::from(Code::InvalidParameter).detail("the pipeline is not filtered"));
    }
    app.flush_outcomes().await;
    let unavailable = |error| unavailable(error, app.limits().retry_after);
    let known = app.catalog().project_by_name(&project).await.map_err(unavailable)?.ok_or(Code::NotFound)?;
    let to = clock::now().day() + 1;
    let from = to - i32::try_from(view.since.days()).unwrap_or(i32::MAX);
    let counts = app.catalog().outcomes(known.id, from, to).await.map_err(unavailable)?;
    Ok(Json(Pipeline::of(project, counts)))
}

impl Pipeline {
    fn of(project: String, counts: Vec<OutcomeCount>) -> Self {
        let mut pipeline = Self { project, notes: NOTES.to_vec(), ..Self::default() };
        for OutcomeCount { day, outcome, reason, count, .. } in counts {
            let (total, outcome) = match outcome {
                ItemOutcome::Accepted => (&mut pipeline.accepted, "accepted"),
                ItemOutcome::Duplicate => (&mut pipeline.duplicates, "duplicate"),
                ItemOutcome::Rejected => (&mut pipeline.rejected, "rejected"),
                ItemOutcome::Dropped if reason.contains(':') => (&mut pipeline.dropped_parts, "dropped"),
                ItemOutcome::Dropped => (&mut pipeline.dropped, "dropped"),
            };
            *total += count;
            let day = date_of(Timestamp::from_micros(i64::from(day) * MICROS_A_DAY)).to_string();
            pipeline.rows.push(Row { day, outcome, reason, count });
        }
        pipeline
    }
}
