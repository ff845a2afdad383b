//! Keeping a minidump, where the project does.

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::outcomes::Tally;
use crate::project::Ingesting;
use candor_store::{AppendItem, IncomingMinidump, ItemOutcome};
use std::io::{self, Write};
use std::sync::Arc;

/// Of a dump that came to a project that keeps none.
const NOT_KEPT: &str = "minidump_not_kept";
/// Of one for which the project has no room.
const NO_ROOM: &str = "minidump_no_room";

/// Keeps what came in an envelope, under the id of its crash.
pub(in crate::ingest) async fn keep_attached(
    app: &App,
    project: &Ingesting,
    item: &AppendItem,
    bytes: Vec<u8>,
    tally: &mut Tally,
) -> Result<(), ApiError> {
    if !project.minidumps {
        return keep(app, project, item, None, tally).await;
    }
    let writer = app.clone();
    let written = tokio::task::spawn_blocking(move || {
        let mut incoming = writer.shared().minidumps.begin()?;
        incoming.write_all(&bytes)?;
        Ok(incoming)
    });
    let incoming = written.await.map_err(|error| ApiError::from(Code::Internal).because(error))?;
    let incoming = incoming.map_err(|error| failed(app, error))?;
    keep(app, project, item, Some(incoming), tally).await
}

/// Gives a dump its name; `None` where it was not written, as the project keeps none. What is not kept is counted.
pub(super) async fn keep(
    app: &App,
    project: &Ingesting,
    item: &AppendItem,
    incoming: Option<IncomingMinidump>,
    tally: &mut Tally,
) -> Result<(), ApiError> {
    let Some(incoming) = incoming else {
        tally.add(ItemOutcome::Dropped, NOT_KEPT, 1);
        return Ok(());
    };
    let Some((fact, crash)) = item.facts.first().and_then(|fact| Some((fact, fact.crash.as_ref()?))) else {
        // Its event is one that has no report, and so no place where anybody would look for a dump.
        tally.add(ItemOutcome::Dropped, NOT_KEPT, 1);
        return Ok(());
    };
    let (keeper, name) = (app.clone(), Arc::clone(&project.name));
    let (id, installation) = (crash.event_id.clone(), fact.installation);
    let kept = tokio::task::spawn_blocking(move || keeper.shared().minidumps.keep(incoming, &name, &id, installation));
    let kept = kept.await.map_err(|error| ApiError::from(Code::Internal).because(error))?;
    if !kept.map_err(|error| failed(app, error))? {
        tally.add(ItemOutcome::Dropped, NO_ROOM, 1);
    }
    Ok(())
}

/// What the client is told when a dump could not be written.
pub(super) fn failed(app: &App, error: io::Error) -> ApiError {
    let wait = app.limits().retry_after;
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            ApiError::from(Code::DiskFull).retry_after(wait * 10).because(error)
        }
        _ => ApiError::from(Code::StorageUnavailable).retry_after(wait).because(error),
    }
}
