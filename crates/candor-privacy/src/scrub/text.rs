//! What recognisers share: runs of characters, and what stands beside them.

/// A part of a text that must not stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) replacement: &'static str,
}

/// The maximal runs of bytes of one class from a place on, as ranges. A class holds ASCII only, so that a run's ends are
/// character boundaries, or all bytes of other characters.
pub(super) struct Runs<'a, F> {
    bytes: &'a [u8],
    from: usize,
    class: F,
}

pub(super) fn runs<F: Fn(u8) -> bool>(text: &str, from: usize, class: F) -> Runs<'_, F> {
    Runs { bytes: text.as_bytes(), from, class }
}

impl<F: Fn(u8) -> bool> Iterator for Runs<'_, F> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let start = self.from + self.bytes[self.from..].iter().position(|byte| (self.class)(*byte))?;
        let end = end_of(self.bytes, start, &self.class);
        self.from = end;
        Some((start, end))
    }
}

/// Where the run of a class that includes `start` ends.
pub(super) fn end_of(bytes: &[u8], start: usize, class: impl Fn(u8) -> bool) -> usize {
    bytes[start..].iter().position(|byte| !class(*byte)).map_or(bytes.len(), |length| start + length)
}

/// Whether a word may begin here: what comes before is no letter, digit or underscore.
pub(super) fn begins_word(bytes: &[u8], at: usize) -> bool {
    at == 0 || !is_word(bytes[at - 1])
}

/// Whether a word may end here: what comes next is no letter, digit or underscore.
pub(super) fn ends_word(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_none_or(|byte| !is_word(*byte))
}

/// A letter, a digit, an underscore, or part of a character beyond ASCII.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Whether `bytes` begins with `word`, whatever the case; `word` is in lower case.
pub(super) fn starts_with(bytes: &[u8], word: &str) -> bool {
    bytes.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

/// The length of the placeholder (`<ip>`) that `bytes` begins with.
pub(super) fn placeholder(bytes: &[u8]) -> Option<usize> {
    const LONGEST: usize = 16;
    let inside = bytes.strip_prefix(b"<")?;
    let length = inside.iter().take(LONGEST).position(|byte| *byte == b'>')?;
    (length > 0 && inside[..length].iter().all(u8::is_ascii_lowercase)).then_some(length + 2)
}

/// Whether text ends here: a blank, a control character or a quote.
pub(super) fn is_blank_or_quote(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, b'"' | b'\'' | b'`')
}
