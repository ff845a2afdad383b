//! A minidump and what came with it become a record and a report.

use super::{RawEvent, read_event};
use crate::{
    Event, Timestamp,
    decode::{Dropped, Limits, content_id::simple_id, list::Keep, stack::RawException},
    report::Exception,
    sentry::{
        decode::finish::Finish,
        minidump::{Fields, MinidumpHead},
    },
};

/// How such a crash was seen, and what it is called where the dump does not say what ended the process.
const MINIDUMP: &str = "minidump";

/// The crash that a minidump is of. `content` stands for the dump's bytes, 32 hexadecimal digits: where nobody gave the crash an
/// id, this is the id, so that the same dump is the same crash when it comes again.
///
/// # Errors
/// When what came with it says a time or more properties than are kept.
pub fn native_crash(
    head: &MinidumpHead,
    fields: &Fields,
    content: &str,
    received: Timestamp,
    limits: &Limits,
) -> Result<Event, Dropped> {
    // What is too large or cannot be read says nothing; the dump is a crash all the same.
    let is_read = |event: &&str| !event.is_empty() && event.len() <= limits.max_event_bytes;
    let said = Some(fields.event.trim()).filter(is_read).and_then(|event| read_event(event, limits).ok());
    let mut event = said.filter(|(_, is_object)| *is_object).map_or_else(|| RawEvent::new(limits), |(event, _)| event);
    event.level = Some("fatal".to_owned());
    event.platform = Some("native".to_owned());
    let release = fields.release.trim();
    if event.release.is_none() && (1..=limits.max_name_bytes).contains(&release.len()) {
        event.release = Some(release.to_owned());
    }
    event.contexts.os = event.contexts.os.take().or_else(|| head.os.map(str::to_owned));
    event.contexts.arch = event.contexts.arch.take().or_else(|| head.arch.map(str::to_owned));
    if event.exceptions.is_empty() {
        let class = head.class.clone().unwrap_or_else(|| MINIDUMP.to_owned());
        let mechanism = Some(MINIDUMP.to_owned());
        let exception = Exception { class, value: None, mechanism, handled: Some(false) };
        event.exceptions.keep(RawException { exception, ..RawException::default() });
    }
    let id = simple_id(&fields.event_id).unwrap_or_else(|| content.to_owned());
    Finish::new(Some(&id), None, received).event(event, content.as_bytes())
}
