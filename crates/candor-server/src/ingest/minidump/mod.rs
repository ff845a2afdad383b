//! `POST /api/ID/minidump/`: what a native crash handler wrote of a process.
//!
//! ```text
//! enter → authenticate → join → form (thread of its own: inflate → take apart → disk) → rows → name → append → answer
//! ```
//!
//! A dump goes to the disk as it arrives, and gets its name before the crash that it is of is appended. The crash is counted
//! once by the event's id, else by the dump's bytes, so that sending it again is harmless.

mod form;
mod keep;
mod native;

pub(super) use keep::keep_attached;
pub(super) use native::Native;

use super::inflate::Encoding;
use super::rows::{Rows, rows_of};
use super::{authenticate, store};
use crate::access::credentials;
use crate::admission::Place;
use crate::app::App;
use crate::body::{Refused, announced_bytes, too_large};
use crate::clock;
use crate::error::{ApiError, Code};
use crate::origin::Origin;
use crate::outcomes::Tally;
use crate::project::Ingesting;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use candor_store::ItemOutcome;
use candor_wire::sentry::minidump::Multipart;
use candor_wire::sentry::native_crash;
use candor_wire::{Limits, Timestamp};
use form::{Form, Unread};
use futures::StreamExt;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Chunks of a body between the network and the disk, about 16 KiB each.
const CHUNKS: usize = 8;

const KEY_PLACES: &str = "give it as sentry_key in the query or in the header X-Sentry-Auth";

/// A request whose body is still to be read.
struct Upload<'a> {
    origin: Origin,
    headers: &'a HeaderMap,
    body: Body,
    received: Timestamp,
}

/// The answer is the crash's id with hyphens.
pub(crate) async fn receive_minidump(
    State(app): State<App>,
    origin: Origin,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<String, ApiError> {
    let mut place = app.shared().admission.enter(origin.sender)?;
    let received = clock::now();
    let key = credentials::sentry_key(&headers, query.as_deref());
    let known = authenticate::by_head(&app, &origin, key.as_deref(), received).await;
    let known = known.and_then(|known| known.ok_or_else(|| ApiError::from(Code::InvalidWriteKey).detail(KEY_PLACES)));
    let project = match known {
        Ok(project) => project,
        Err(error) => {
            drop(place);
            return Err(Refused::unread(error, body).finish(&headers, app.limits()).await);
        }
    };
    let upload = Upload { origin, headers: &headers, body, received };
    match take(&app, upload, Arc::clone(&project), &mut place).await {
        Ok(id) => Ok(id),
        Err(refused) => {
            drop(place);
            let mut tally = Tally::default();
            tally.add(ItemOutcome::Rejected, refused.error.code().as_str(), 1);
            app.count_outcomes(project.id, received.day(), tally);
            Err(refused.finish(&headers, app.limits()).await)
        }
    }
}

async fn take(app: &App, upload: Upload<'_>, project: Arc<Ingesting>, place: &mut Place) -> Result<String, Refused> {
    let shared = app.shared();
    let Upload { origin, headers, body, received } = upload;
    if let Err(error) = shared.admission.join(place, project.id) {
        return Err(Refused::unread(error, body));
    }
    let _arriving = match shared.admission.minidump(origin.sender) {
        Ok(hold) => hold,
        Err(error) => return Err(Refused::unread(error, body)),
    };
    let form = read(app, headers, body, project.minidumps).await?;
    shared.admission.charge(origin.sender, project.id, 1);

    let Form { fields, head, content_id, dump_bytes, incoming } = form;
    let crash = native_crash(&head, &fields, &content_id, received, &Limits::default());
    let id = crash.as_ref().map_or(content_id, |event| event.message_id.clone());
    let crash = crash.map(|event| Native::uploaded(event, dump_bytes));
    let Rows { append, mut tally, .. } = rows_of(vec![crash], &project, origin.place, received);
    // A crash that the project does not take has no dump either.
    if let Some(item) = append.items.first() {
        keep::keep(app, &project, item, incoming, &mut tally).await?;
    }
    let share = shared.budget.share_of(Some(project.id));
    store(app, project, append, tally, share).await?;
    Ok(with_hyphens(&id))
}

/// Reads the form: here from the network, on a thread of its own to the disk.
async fn read(app: &App, headers: &HeaderMap, body: Body, is_kept: bool) -> Result<Form, Refused> {
    let limits = app.limits();
    let dump_bytes = limits.minidump_bytes;
    let most_bytes = dump_bytes + form::BESIDE_BYTES;
    if announced_bytes(headers).is_some_and(|bytes| bytes > most_bytes as u64) {
        return Err(Refused::unread(too_large(dump_bytes), body));
    }
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(form) = Multipart::of_content_type(content_type) else {
        let error = ApiError::from(Code::NotAForm).detail("the Content-Type is multipart/form-data with a boundary");
        return Err(Refused::unread(error, body));
    };
    let encoding = match Encoding::of_headers(headers) {
        Ok(encoding) => encoding,
        Err(error) => return Err(Refused::unread(error, body)),
    };
    let (sender, receiver) = mpsc::channel(CHUNKS);
    let keeper = app.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let keep = is_kept.then(|| &keeper.shared().minidumps);
        form::read(receiver, encoding, form, dump_bytes, keep)
    });
    let mut chunks = body.into_data_stream();
    let sending = async {
        let mut sent_bytes = 0;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| ApiError::from(Code::BodyInterrupted).because(error))?;
            sent_bytes += chunk.len();
            if sent_bytes > most_bytes {
                return Err(too_large(dump_bytes));
            }
            // Whoever reads may have seen enough, and says why.
            if sender.send(chunk).await.is_err() {
                break;
            }
        }
        Ok(())
    };
    let sent = tokio::time::timeout(limits.minidump_deadline, sending).await;
    // The reader sees the end of the body, and comes to its own.
    drop(sender);
    let read = reading.await.map_err(|error| ApiError::from(Code::Internal).because(error))?;
    let error = match (sent, read) {
        (Err(_), _) => Code::BodyTimeout.into(),
        (Ok(Err(error)), _) => error,
        (Ok(Ok(())), Ok(form)) => return Ok(form),
        (Ok(Ok(())), Err(Unread::Refused(error))) => error,
        (Ok(Ok(())), Err(Unread::Unwritten(error))) => keep::failed(app, error),
    };
    match error.code() {
        Code::BodyTimeout | Code::BodyInterrupted => Err(error.into()),
        _ => Err(Refused::unread(error, Body::from_stream(chunks))),
    }
}

/// 32 hexadecimal digits in the groups of a UUID.
fn with_hyphens(id: &str) -> String {
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
    groups.map(|group| id.get(group).unwrap_or_default()).join("-")
}
