//! What is read: the head of the answer.

use httparse::{EMPTY_HEADER, Status};

use super::{HttpError, connection::Channel};

/// Real heads are below 4 KiB even with a content policy and cookies; what is longer is no collector's.
const MAX_HEAD_BYTES: usize = 16 * 1024;
const MAX_HEADERS: usize = 96;

/// The answer, of which nobody needs the body.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    head: Vec<u8>,
}

impl Response {
    /// The value of a header, whatever the case of its name; the first one where there are several.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = [EMPTY_HEADER; MAX_HEADERS];
        httparse::Response::new(&mut headers).parse(&self.head).ok()?;
        let header = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        str::from_utf8(header.value).ok()
    }
}

/// Reads up to the end of the head. Interim answers (100, 103) are skipped; nobody has asked for 101.
pub(super) fn read(channel: &mut dyn Channel) -> Result<Response, HttpError> {
    let mut head = Vec::new();
    let mut read_bytes = 0;
    let mut chunk = [0; 1024];
    loop {
        while let Some((status, length)) = parse(&head)? {
            if status < 200 && status != 101 {
                head.drain(..length);
            } else {
                head.truncate(length);
                return Ok(Response { status, head });
            }
        }
        if read_bytes >= MAX_HEAD_BYTES {
            return Err(HttpError::TooLarge);
        }
        match channel.read(&mut chunk)? {
            0 => return Err(HttpError::Closed),
            count => {
                head.extend_from_slice(&chunk[..count]);
                read_bytes += count;
            }
        }
    }
}

/// The status, and the length of a head that is whole.
fn parse(bytes: &[u8]) -> Result<Option<(u16, usize)>, HttpError> {
    let mut headers = [EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    match response.parse(bytes) {
        Ok(Status::Complete(length)) => Ok(response.code.map(|status| (status, length))),
        Ok(Status::Partial) => Ok(None),
        Err(httparse::Error::TooManyHeaders) => Err(HttpError::TooLarge),
        Err(_) => Err(HttpError::Malformed),
    }
}
