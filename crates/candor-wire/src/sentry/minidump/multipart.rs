//! Taking a body of `multipart/form-data` apart while it arrives, holding no more of it than a part's head.
//!
//! ```text
//! --BOUNDARY CRLF
//! Content-Disposition: form-data; name="upload_file_minidump"; filename="x.dmp" CRLF CRLF
//! bytes CRLF--BOUNDARY CRLF … CRLF--BOUNDARY--
//! ```
//!
//! Nothing here reads or waits: whoever has bytes feeds them, in pieces of any size, and is told what they are.

/// A part's head: official clients write two lines.
const MAX_HEAD_BYTES: usize = 8 * 1024;
/// Parts of one upload. A crash handler sends a part for each annotation, of which there are some dozens.
const MAX_PARTS: usize = 1000;
/// RFC 2046 allows so many characters.
const MAX_BOUNDARY_BYTES: usize = 70;

/// Why a body could not be taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MultipartError {
    /// A part's head is no head of a form's field.
    #[error("a part of the form has no head with its name")]
    Head,
    /// It has too many parts, or a part's head is too long.
    #[error("the form has more than {MAX_PARTS} parts, or a part's head is longer than {MAX_HEAD_BYTES} bytes")]
    TooMuch,
    /// It ends before its last boundary.
    #[error("the form ends before its last boundary")]
    Truncated,
}

/// What a part says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartHead {
    /// The field's name.
    pub name: String,
    /// The file's name, of a field that is a file.
    pub filename: Option<String>,
}

/// A step through a body.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A part begins.
    Part(PartHead),
    /// More bytes of it.
    Bytes(&'a [u8]),
}

/// A body that is being taken apart.
#[derive(Debug)]
pub struct Multipart {
    /// What ends a part: `CRLF--BOUNDARY`.
    delimiter: Vec<u8>,
    /// What is not told yet: at most a head, or the beginning of a delimiter.
    held: Vec<u8>,
    state: State,
    parts: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first delimiter.
    Preamble,
    /// Behind a delimiter: another part, or the end.
    Delimited,
    Head,
    Bytes,
    /// Behind the last delimiter.
    End,
}

impl Multipart {
    /// A body with this `Content-Type`; `None` where that names no form, or no boundary.
    #[must_use]
    pub fn of_content_type(content_type: &str) -> Option<Self> {
        let (kind, parameters) = content_type.split_once(';')?;
        if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
            return None;
        }
        let boundary = parameter(parameters, "boundary")?;
        let is_boundary = (1..=MAX_BOUNDARY_BYTES).contains(&boundary.len())
            && boundary.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        // The first delimiter stands at the beginning of the body, as if a line had ended before it.
        is_boundary.then(|| Self {
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            held: b"\r\n".to_vec(),
            state: State::Preamble,
            parts: 0,
        })
    }

    /// Takes the next bytes of the body, and tells `take` what they are.
    ///
    /// # Errors
    /// When they cannot be what comes next, and those of `take`.
    pub fn feed<E: From<MultipartError>>(
        &mut self,
        bytes: &[u8],
        take: &mut impl FnMut(Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.held.extend_from_slice(bytes);
        let held = std::mem::take(&mut self.held);
        let mut rest = &held[..];
        while self.step(&mut rest, take)? {}
        self.held = rest.to_vec();
        Ok(())
    }

    /// To be called when all bytes were fed.
    ///
    /// # Errors
    /// [`MultipartError::Truncated`] where the last boundary did not come.
    pub fn finish(&self) -> Result<(), MultipartError> {
        // Some clients leave out the line's end, and RFC 2046 lets anything follow.
        let is_over = self.state == State::End || (self.state == State::Delimited && self.held.starts_with(b"--"));
        if is_over { Ok(()) } else { Err(MultipartError::Truncated) }
    }

    /// Goes one step on in `rest`; `false` where that needs more bytes.
    fn step<E: From<MultipartError>>(
        &mut self,
        rest: &mut &[u8],
        take: &mut impl FnMut(Piece<'_>) -> Result<(), E>,
    ) -> Result<bool, E> {
        match self.state {
            State::Preamble | State::Bytes => {
                let is_part = self.state == State::Bytes;
                let (bytes, after) = match find(rest, &self.delimiter) {
                    Found::At(position) => (&rest[..position], Some(&rest[position + self.delimiter.len()..])),
                    Found::PerhapsAt(position) => (&rest[..position], None),
                };
                if is_part && !bytes.is_empty() {
                    take(Piece::Bytes(bytes))?;
                }
                *rest = after.unwrap_or(&rest[bytes.len()..]);
                if after.is_some() {
                    self.state = State::Delimited;
                }
                Ok(after.is_some())
            }
            State::Delimited => {
                let Some(first) = rest.get(..2) else { return Ok(false) };
                if first == b"--" {
                    self.state = State::End;
                    return Ok(true);
                }
                // Blanks may follow a boundary; the line's end is left, as a head may have no line at all.
                let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") else { return self.wait(rest) };
                if rest[..end].iter().any(|byte| !matches!(byte, b' ' | b'\t')) {
                    return Err(MultipartError::Head.into());
                }
                *rest = &rest[end..];
                self.state = State::Head;
                Ok(true)
            }
            State::Head => {
                let Some(end) = rest.windows(4).position(|four| four == b"\r\n\r\n") else { return self.wait(rest) };
                if end > MAX_HEAD_BYTES || self.parts == MAX_PARTS {
                    return Err(MultipartError::TooMuch.into());
                }
                let head = head(&rest[..end]).ok_or(MultipartError::Head)?;
                self.parts += 1;
                take(Piece::Part(head))?;
                // An empty part's delimiter begins with the line's end that ends its head.
                *rest = &rest[end + 4..];
                self.state = State::Bytes;
                Ok(true)
            }
            State::End => {
                *rest = &[];
                Ok(false)
            }
        }
    }

    fn wait<E: From<MultipartError>>(&self, rest: &[u8]) -> Result<bool, E> {
        if rest.len() > MAX_HEAD_BYTES { Err(MultipartError::TooMuch.into()) } else { Ok(false) }
    }
}

/// Where a delimiter is, or the first place at which one may begin of which the end is not there yet.
enum Found {
    At(usize),
    PerhapsAt(usize),
}

/// A delimiter begins with a carriage return and has no other, so no place is looked at twice.
fn find(bytes: &[u8], delimiter: &[u8]) -> Found {
    let mut from = 0;
    while let Some(found) = bytes[from..].iter().position(|byte| *byte == b'\r') {
        let position = from + found;
        let there = &bytes[position..];
        if there.starts_with(delimiter) {
            return Found::At(position);
        }
        if there.len() < delimiter.len() && delimiter.starts_with(there) {
            return Found::PerhapsAt(position);
        }
        from = position + 1;
    }
    Found::PerhapsAt(bytes.len())
}

fn head(bytes: &[u8]) -> Option<PartHead> {
    let text = String::from_utf8_lossy(bytes);
    let disposition = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let (_, parameters) = disposition.split_once(';')?;
    Some(PartHead { name: parameter(parameters, "name")?, filename: parameter(parameters, "filename") })
}

/// The value of `; name=value` or `; name="value"`, in which `;` may stand.
fn parameter(mut rest: &str, wanted: &str) -> Option<String> {
    loop {
        let (name, value) = rest.split_once('=')?;
        let name = name.trim().trim_start_matches(';').trim();
        let (value, behind) = match value.trim_start().strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => value.split_once(';').unwrap_or((value, "")),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value.trim().to_owned());
        }
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    const TYPE: &str = "multipart/form-data; charset=x; boundary=\"a;b\"";
    const BODY: &str = "what is before\r\n--a;b \r\nContent-Disposition: form-data; name=\"sentry[release]\"\r\n\r\n1.4.0\r\n--a;b\r\n\
        content-type: application/octet-stream\r\ncontent-disposition: form-data; filename=\"x; name=y.dmp\"; name=upload\r\n\r\n\
        MDMP\r\n\r\r\n--a\r\n-\r\n--a;b\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--a;b--\r\nwhat is after";

    /// The parts of a body that is fed in pieces of so many bytes.
    fn parts(body: &[u8], size: usize) -> Result<Vec<(PartHead, Vec<u8>)>, MultipartError> {
        let mut multipart = Multipart::of_content_type(TYPE).unwrap();
        let mut parts: Vec<(PartHead, Vec<u8>)> = Vec::new();
        for piece in body.chunks(size) {
            multipart.feed(piece, &mut |piece| {
                match piece {
                    Piece::Part(head) => parts.push((head, Vec::new())),
                    Piece::Bytes(bytes) => parts.last_mut().unwrap().1.extend_from_slice(bytes),
                }
                Ok::<_, MultipartError>(())
            })?;
            assert!(multipart.held.len() <= MAX_HEAD_BYTES + size, "{}", multipart.held.len());
        }
        multipart.finish().map(|()| parts)
    }

    #[test]
    fn a_form_is_the_same_in_pieces_of_any_size() {
        let whole = parts(BODY.as_bytes(), BODY.len()).unwrap();
        let said: Vec<_> = whole.iter().map(|(head, bytes)| (head.name.as_str(), bytes.as_slice())).collect();
        assert_eq!(said, [("sentry[release]", &b"1.4.0"[..]), ("upload", b"MDMP\r\n\r\r\n--a\r\n-"), ("empty", b"")]);
        assert_eq!(whole[1].0.filename.as_deref(), Some("x; name=y.dmp"));
        for size in 1..BODY.len() {
            assert_eq!(parts(BODY.as_bytes(), size).as_ref(), Ok(&whole), "{size}");
        }
    }

    #[test]
    fn a_form_that_is_cut_off_anywhere_is_truncated() {
        let end = BODY.find("--a;b--").unwrap() + "--a;b--".len();
        for length in 0..end {
            assert_eq!(parts(&BODY.as_bytes()[..length], 7), Err(MultipartError::Truncated), "{length}");
        }
        assert!(parts(&BODY.as_bytes()[..end], 7).is_ok());
    }

    #[test]
    fn heads_without_an_end_and_parts_without_number_are_too_much() {
        let endless = format!("--a;b\r\nx: {}", "y".repeat(2 * MAX_HEAD_BYTES));
        assert_eq!(parts(endless.as_bytes(), 1000), Err(MultipartError::TooMuch));
        assert_eq!(parts(endless.replace("\r\n", " ").as_bytes(), 1000), Err(MultipartError::TooMuch));
        let many = "--a;b\r\ncontent-disposition: form-data; name=x\r\n\r\n\r\n".repeat(MAX_PARTS + 1);
        assert_eq!(parts(many.as_bytes(), 1000), Err(MultipartError::TooMuch));
        assert_eq!(parts(b"--a;b\r\nx: y\r\n\r\n\r\n--a;b--", 100), Err(MultipartError::Head));
    }

    #[test]
    fn only_a_form_with_a_boundary_is_taken_apart() {
        for other in ["", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x"] {
            assert!(Multipart::of_content_type(other).is_none(), "{other}");
        }
        assert!(Multipart::of_content_type("Multipart/Form-Data;boundary=----WebKitFormBoundaryX").is_some());
    }
}
