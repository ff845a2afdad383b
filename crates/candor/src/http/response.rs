//! What is read: the head of the answer.

use super::{HttpError, connection::Channel};

/// Real heads are below 4 KiB even with a content policy and cookies; what is longer is no collector's.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// How every answer begins, but for one digit.
const VERSION: &[u8] = b"HTTP/1.";

/// The answer, of which nobody needs the body.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    head: Vec<u8>,
}

impl Response {
    /// The value of a header, whatever the case of its name; the first one where there are several.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut fields = lines(&self.head).skip(1).filter_map(field);
        let (_, value) = fields.find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes()))?;
        str::from_utf8(value).ok()
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
        match channel.receive(&mut chunk)? {
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
    // What begins otherwise is no answer, however much of it is still to come.
    if !bytes.iter().zip(VERSION).all(|(byte, expected)| byte == expected) {
        return Err(HttpError::Malformed);
    }
    let Some(length) = length(bytes) else { return Ok(None) };
    let mut lines = lines(&bytes[..length]);
    let status = lines.next().and_then(status).ok_or(HttpError::Malformed)?;
    if lines.any(|line| field(line).is_none()) {
        return Err(HttpError::Malformed);
    }
    Ok(Some((status, length)))
}

/// The length of a head that is whole: it ends with an empty line.
fn length(bytes: &[u8]) -> Option<usize> {
    let mut length = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        length += line.len();
        if matches!(line, b"\r\n" | b"\n") {
            return Some(length);
        }
    }
    None
}

/// The lines of a head without their ends, and without the empty one.
fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty())
}

/// The status in `HTTP/1.1 200 OK`.
fn status(line: &[u8]) -> Option<u16> {
    let [b'0' | b'1', b' ', hundreds @ b'1'..=b'9', tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] =
        line.strip_prefix(VERSION)?
    else {
        return None;
    };
    let status = [hundreds, tens, ones].into_iter().fold(0, |status, digit| status * 10 + u16::from(digit - b'0'));
    rest.first().is_none_or(|next| *next == b' ').then_some(status)
}

/// The name and the value of a header. A line that goes on with the one before it, as headers once could, is none.
fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some((name, value.trim_ascii()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(head: &str) -> Option<Response> {
        let (status, length) = parse(head.as_bytes()).ok()??;
        Some(Response { status, head: head.as_bytes()[..length].to_vec() })
    }

    #[test]
    fn a_head_is_read_with_either_end_of_a_line_and_its_names_in_any_case() {
        for end in ["\r\n", "\n"] {
            let head = ["HTTP/1.1 429 Too Many", "Retry-After:  7 ", "x:", "", "the body"].join(end);
            let response = whole(&head).expect("a head");
            assert_eq!((response.status, response.header("retry-after")), (429, Some("7")));
            assert_eq!((response.header("X"), response.header("body")), (Some(""), None));
            assert!(head[response.head.len()..].starts_with("the body"));
        }
        assert_eq!(whole("HTTP/1.0 200\r\n\r\n").map(|response| response.status), Some(200));
    }

    #[test]
    fn what_is_no_head_is_malformed_and_half_of_one_is_waited_for() {
        for text in [
            "HTTP/2.0 200 OK\r\n\r\n",
            "HTTP/1.1 20\r\n\r\n",
            "HTTP/1.1 2000\r\n\r\n",
            "HTTP/1.1 099 x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
            "HTTP/1.1 200 OK\r\na: b\r\n goes on\r\n\r\n",
            "HTTP/1.1 200 OK\r\n: b\r\n\r\n",
            "\r\n\r\n",
            "SSH-2.0",
        ] {
            assert!(matches!(parse(text.as_bytes()), Err(HttpError::Malformed)), "{text:?}");
        }
        let head = "HTTP/1.1 200 OK\r\na: b\r\n\r\n";
        for cut in 0..head.len() {
            assert!(matches!(parse(&head.as_bytes()[..cut]), Ok(None)), "{cut}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), is_head: bool) {
            let bytes = if is_head { [b"HTTP/1.1 200 OK\r\n".to_vec(), bytes].concat() } else { bytes };
            let _ = parse(&bytes);
            let _ = Response { status: 200, head: bytes }.header("a");
        }
    }
}
