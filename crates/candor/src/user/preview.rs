//! The requests that would be sent now, byte for byte but for the moment of sending: what waits goes through the code that
//! sends it, and stays where it is.

use std::{fmt, io};

use super::{
    Tool,
    log::records,
    text::{list, number, object, write_object},
};
use crate::{
    clock,
    consent::{self, ConsentFlags, Extent, Knowledge, Level, Source},
    delivery::{self, Request, Target, dropped_item},
    identity::Identity,
    spool::{Agreement, Queue, Spool},
    variables,
};

/// What would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preview {
    /// The level that holds.
    pub level: Level,
    /// Who decided it.
    pub decided_by: Source,
    /// The requests of the next upload; at a level that sends nothing, those that would carry what is recorded here.
    pub requests: Vec<PreviewedRequest>,
}

/// A request that is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreviewedRequest {
    /// Where it would go, by POST.
    pub url: String,
    /// What the request says beside its body, without what HTTP adds. The key is a public one.
    pub headers: Vec<(&'static str, String)>,
    /// The exact body, as it is before it is compressed.
    pub body: String,
}

/// Why there is nothing to be seen.
#[derive(Debug)]
#[non_exhaustive]
pub enum PreviewError {
    /// Another process is changing the spool.
    Busy,
    /// A file could not be read or written.
    Io(io::Error),
}

impl fmt::Display for PreviewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("another process is at work on the records: try again"),
            Self::Io(error) => write!(f, "the records cannot be read: {error}"),
        }
    }
}

impl std::error::Error for PreviewError {}

impl From<io::Error> for PreviewError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Makes the requests of the next upload from what waits, and sends and removes nothing. What was added up until now
/// becomes items, as it does before an upload.
///
/// # Errors
/// When the records cannot be read.
pub fn preview(tool: &Tool, flags: &impl ConsentFlags) -> Result<Preview, PreviewError> {
    let lookup = &variables::process;
    let decision = consent::decide(&tool.declaration, flags, lookup, &|| tool.files.clone(), Extent::UntilOff);
    let mut preview = Preview { level: decision.level, decided_by: decision.decided_by.clone(), requests: Vec::new() };
    let Some(spool) = tool.spool().filter(|spool| spool.directory().is_dir()) else { return Ok(preview) };
    let is_informed = Knowledge::of(&tool.declaration, spool.directory()).allows_sending(decision.is_stated);
    if preview.level.sends() && !is_informed {
        (preview.level, preview.decided_by) = (Level::Local, Source::Notice);
    }
    let (queues, identity) = match preview.level {
        Level::Off => return Ok(preview),
        level if level.sends() => {
            if !spool.agree(Agreement { level, since: decision.since }) {
                return Err(PreviewError::Busy);
            }
            let identity = Identity::for_upload(&tool.declaration, decision.identity, &spool, lookup);
            spool.report_dropped(|lost| dropped_item(&tool.declaration, lost, &identity, lookup))?;
            ([Queue::Usage, Queue::Crashes], identity)
        }
        _ => ([Queue::Local, Queue::LocalCrashes], Identity::none()),
    };
    let target = Target::of(&tool.declaration, lookup);
    for queue in queues {
        preview.requests.extend(requests(&spool, queue, &identity, &target)?);
    }
    Ok(preview)
}

fn requests(
    spool: &Spool,
    queue: Queue,
    identity: &Identity,
    target: &Target,
) -> Result<Vec<PreviewedRequest>, PreviewError> {
    let mut requests = Vec::new();
    for segment in spool.claim(queue, identity)? {
        let (mut items, _) = delivery::due(spool, identity, &segment, queue)?;
        while !items.is_empty() {
            let rest = items.split_off(delivery::length(queue, &items));
            let request = Request::of(queue, &items, target, clock::now());
            requests.extend(request.map(PreviewedRequest::from));
            items = rest;
        }
    }
    Ok(requests)
}

impl From<Request> for PreviewedRequest {
    fn from(request: Request) -> Self {
        let headers = request.headers().map(|(name, value)| (name, value.to_owned())).into();
        Self { url: request.url, headers, body: request.body }
    }
}

impl Preview {
    /// The same as one line of JSON: `level`, `decided_by`, `sends`, and `requests`, each with `method`, `url`, `headers`
    /// and `body`.
    #[must_use]
    pub fn to_json(&self) -> String {
        object(|preview| {
            preview.text("level", self.level.as_str());
            preview.text("decided_by", &self.decided_by.to_string());
            preview.plain("sends", self.level.sends());
            list(preview.member("requests"), &self.requests, |out, request| {
                write_object(out, |member| {
                    member.text("method", "POST");
                    member.text("url", &request.url);
                    write_object(member.member("headers"), |headers| {
                        request.headers.iter().for_each(|(name, value)| headers.text(name, value));
                    });
                    member.text("body", &request.body);
                });
            });
        })
    }
}

impl fmt::Display for PreviewedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "POST {}", self.url)?;
        self.headers.iter().try_for_each(|(name, value)| writeln!(f, "{name}: {value}"))?;
        write!(f, "\n{}\n\n", self.body.trim_end())
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.requests.iter().try_for_each(|request| write!(f, "{request}"))?;
        let count: u64 = self.requests.iter().flat_map(|request| records(&request.body)).map(|(_, count)| count).sum();
        let what = format!("{} in {}", number(count, "record"), number(self.requests.len() as u64, "request"));
        let Self { level, decided_by, requests } = self;
        match (level, requests.is_empty()) {
            _ if !cfg!(feature = "upload") => writeln!(f, "Nothing will be sent: this program has no network code."),
            (Level::Off, _) => {
                writeln!(f, "Nothing is recorded and nothing will be sent: the level is off ({decided_by}).")
            }
            (level, true) if level.sends() => writeln!(f, "Nothing waits to be sent."),
            (level, false) if level.sends() => writeln!(f, "The next upload will send {what}."),
            (level, true) => {
                writeln!(f, "Nothing was recorded, and nothing will be sent: the level is {level} ({decided_by}).")
            }
            (level, false) => writeln!(
                f,
                "None of this will be sent: the level is {level} ({decided_by}). What is recorded here: {what}."
            ),
        }
    }
}
