//! The way of a request from the socket to the disk.
//!
//! ```text
//! enter → authenticate → join → read → inflate → decode → (authenticate) → privacy → manifest → append → answer
//!          by the head                    bounded              by the body                       fdatasync
//! ```
//!
//! [`receive`] is that line; each step has a file of its own. Every item of a batch ends as accepted, duplicate or
//! dropped, and a request that is refused as rejected; all of them are counted for the project.

mod aptabase;
mod authenticate;
mod event;
mod inflate;
mod minidump;
mod otlp;
mod posthog;
mod privacy;
mod protocol;
mod rows;
mod scrubber;
mod segment;
mod sentry;
mod take;

pub(crate) use aptabase::receive_items;
pub(crate) use minidump::receive_minidump;
pub(crate) use otlp::receive_export;
pub(crate) use posthog::{receive_captures, receive_flags_question};
pub(crate) use privacy::installation_of;
pub(crate) use scrubber::Scrubbers;
pub(crate) use segment::receive_events;
pub(crate) use sentry::receive_envelope;

use crate::admission::Place;
use crate::app::App;
use crate::body::{self, Refused};
use crate::budget::Share;
use crate::clock;
use crate::error::{ApiError, Code};
use crate::origin::Origin;
use crate::outcomes::Tally;
use crate::project::Ingesting;
use crate::totals::Said;
use axum::body::Body;
use axum::http::HeaderMap;

use candor_store::{Append, AppendError, ItemOutcome};
use candor_wire::Timestamp;
use inflate::Encoding;
use protocol::{Beside, Protocol};
use rows::Rows;
use std::sync::Arc;

/// What is known of a request before its body is read.
struct Head<'a> {
    /// Where it came from.
    origin: Origin,
    /// The key, where there is one; else the body must have it.
    key: Option<String>,
    headers: &'a HeaderMap,
}

/// Takes a request; when it returns `Ok`, every item of it that could be taken is on the disk.
async fn receive<P: Protocol>(app: &App, protocol: P, head: Head<'_>, body: Body) -> Result<P::Answer, ApiError> {
    let Head { origin, key, headers } = head;
    let mut place = app.shared().admission.enter(origin.sender)?;
    let received = clock::now();
    let known = match authenticate::by_head(app, &origin, key.as_deref(), received).await {
        Ok(known) => known,
        Err(error) => {
            drop(place);
            return Err(Refused::unread(error, body).finish(headers, app.limits()).await);
        }
    };
    let sent = Sent { origin, headers, body, received };
    match take_body(app, protocol, sent, known.clone(), &mut place).await {
        Ok(answer) => Ok(answer),
        Err(refused) => {
            drop(place);
            if let Some(project) = known {
                let mut tally = Tally::default();
                tally.add(ItemOutcome::Rejected, refused.error.code().as_str(), 1);
                app.count_outcomes(project.id, received.day(), tally);
            }
            Err(refused.finish(headers, app.limits()).await)
        }
    }
}

/// A request whose body is still to be read.
struct Sent<'a> {
    origin: Origin,
    headers: &'a HeaderMap,
    body: Body,
    received: Timestamp,
}

async fn take_body<P: Protocol>(
    app: &App,
    protocol: P,
    sent: Sent<'_>,
    known: Option<Arc<Ingesting>>,
    place: &mut Place,
) -> Result<P::Answer, Refused> {
    let (limits, admission) = (app.limits(), &app.shared().admission);
    let Sent { origin, headers, body, received } = sent;
    if let Some(project) = &known
        && let Err(error) = admission.join(place, project.id)
    {
        return Err(Refused::unread(error, body));
    }
    let encoding = Encoding::of_headers(headers)?;
    let mut share = app.shared().budget.share_of(known.as_ref().map(|project| project.id));
    let sent = body::read(headers, body, limits.body_bytes, &mut share, limits).await?;
    let inline = sent.len() <= limits.inline_bytes;

    let owned_limits = limits.clone();
    let (decoded, share) = compute(inline, move || {
        let bytes = inflate::inflate(sent, encoding, &mut share, &owned_limits)?;
        Ok::<_, ApiError>((protocol.decode(&bytes, received)?, share))
    })
    .await??;

    let project = match known {
        Some(project) => project,
        None => {
            let project = authenticate::by_body(app, P::key(&decoded), P::KEY_PLACES, received).await?;
            admission.join(place, project.id)?;
            project
        }
    };
    admission.charge(origin.sender, project.id, P::items(&decoded));
    let inline = inline && P::items(&decoded) <= INLINE_ITEMS;
    let draft = P::draft(&decoded);
    let for_rows = Arc::clone(&project);
    let Rows { mut append, mut tally, mut fates, besides } =
        compute(inline, move || rows::rows::<P>(decoded, &for_rows, origin.place, received)).await?;
    let mut said = Vec::new();
    for (item, beside) in besides {
        match beside {
            Beside::Minidump(bytes) => {
                minidump::keep_attached(app, &project, &append.items[item], bytes, &mut tally).await?;
            }
            Beside::Total(total) => said.push(Said { item, total }),
        }
    }
    let steps = match said.is_empty() {
        true => None,
        false => {
            let (totals, store) = (&app.shared().totals, &app.shared().store);
            let steps = totals.advance(store, &project, &mut append, said, &mut tally).await;
            let steps = steps.map_err(|refusal| refusal.into_error(totals, |error| refused(app, error)))?;
            rows::drop_kept(&mut fates, &steps.dropped);
            Some(steps)
        }
    };
    store(app, project, append, tally, share).await?;
    if let Some(steps) = steps {
        steps.settle();
    }
    Ok(P::answer(draft, &fates))
}

/// A hundred items take about 0.2 ms to scrub and check.
const INLINE_ITEMS: usize = 200;

/// Runs `work` here when it is small, else on a thread for it.
async fn compute<T: Send + 'static>(inline: bool, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    if inline {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(|error| ApiError::from(Code::Internal).because(error))
}

/// Writes the items and counts what became of them.
///
/// In a task of its own, because a client that goes away ends its request at the next await: what is written must be
/// counted all the same.
async fn store(
    app: &App,
    project: Arc<Ingesting>,
    append: Append,
    mut tally: Tally,
    share: Share,
) -> Result<(), ApiError> {
    let app = app.clone();
    let storing = tokio::spawn(async move {
        let shared = app.shared();
        let day = append.received.day();
        if !append.items.is_empty() {
            let appended = shared.store.append(append).await.map_err(|error| refused(&app, error))?;
            tally.add(ItemOutcome::Accepted, "", appended.accepted);
            tally.add(ItemOutcome::Duplicate, "", appended.duplicates);
        }
        app.count_outcomes(project.id, day, tally);
        drop(share);
        Ok(())
    });
    storing.await.map_err(|error| ApiError::from(Code::Internal).because(error))?
}

/// What the client is told when nothing was written.
fn refused(app: &App, error: AppendError) -> ApiError {
    let wait = app.limits().retry_after;
    match error {
        AppendError::Overloaded { retry_after } => ApiError::from(Code::Overloaded).retry_after(retry_after),
        AppendError::DiskFull => ApiError::from(Code::DiskFull).retry_after(wait * 10).because(error),
        AppendError::Closed => ApiError::from(Code::Stopping).retry_after(wait * 10),
        _ => ApiError::from(Code::StorageUnavailable).retry_after(wait).because(error),
    }
}
