//! What recognisers share: runs of characters, and what stands beside them.

/// A part of a text that must not stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) replacement: &'static str,
}

/// A set of bytes. What a recogniser looks for is a table and no code, as programs carry this that must stay small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Class([u64; 4]);

impl Class {
    /// Nothing.
    pub(super) const NONE: Self = Self([0; 4]);
    pub(super) const DIGIT: Self = Self::NONE.range(b'0', b'9');
    pub(super) const LOWER: Self = Self::NONE.range(b'a', b'z');
    pub(super) const LETTER: Self = Self::LOWER.range(b'A', b'Z');
    pub(super) const ALPHANUMERIC: Self = Self::LETTER.range(b'0', b'9');
    pub(super) const HEX: Self = Self::DIGIT.range(b'a', b'f').range(b'A', b'F');
    /// What JSON web tokens and keys are made of.
    pub(super) const BASE64URL: Self = Self::ALPHANUMERIC.and(b"_-");
    /// Every byte of a character that has more than one.
    pub(super) const BEYOND_ASCII: Self = Self::NONE.range(0x80, 0xff);
    /// A letter, a digit, an underscore, or part of a character beyond ASCII.
    pub(super) const WORD: Self = Self::ALPHANUMERIC.and(b"_").or(Self::BEYOND_ASCII);
    /// Where text ends: a blank, a control character or a quote.
    pub(super) const BLANK_OR_QUOTE: Self = Self::NONE.range(0, b' ').and(b"\"'`");

    /// With these bytes as well.
    pub(super) const fn and(mut self, bytes: &[u8]) -> Self {
        let mut at = 0;
        while at < bytes.len() {
            self.0[(bytes[at] >> 6) as usize] |= 1 << (bytes[at] & 63);
            at += 1;
        }
        self
    }

    /// With the bytes from one to another as well.
    pub(super) const fn range(mut self, first: u8, last: u8) -> Self {
        let mut byte = first;
        loop {
            self = self.and(&[byte]);
            if byte == last {
                return self;
            }
            byte += 1;
        }
    }

    /// With those of another set as well.
    pub(super) const fn or(self, Self(other): Self) -> Self {
        let Self([a, b, c, d]) = self;
        Self([a | other[0], b | other[1], c | other[2], d | other[3]])
    }

    /// Every other byte.
    pub(super) const fn not(self) -> Self {
        let Self([a, b, c, d]) = self;
        Self([!a, !b, !c, !d])
    }

    /// The bytes of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut class = Self::NONE;
        for byte in text.bytes() {
            class.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
        class
    }

    /// Whether there is a byte that is in both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    pub(super) fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & 1 << (byte & 63) != 0
    }
}

/// A short word that lies in its table itself. As a text elsewhere it would weigh 40 bytes more in every program, for the
/// loader to say where it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    bytes: [u8; Self::LONGEST],
    length: u8,
}

impl Word {
    const LONGEST: usize = 23;

    pub(super) const fn of(word: &str) -> Self {
        let mut bytes = [0; Self::LONGEST];
        let mut at = 0;
        while at < word.len() {
            bytes[at] = word.as_bytes()[at];
            at += 1;
        }
        Self { bytes, length: at as u8 }
    }

    pub(super) const fn all<const N: usize>(words: [&str; N]) -> [Self; N] {
        let mut all = [Self::of(""); N];
        let mut at = 0;
        while at < N {
            all[at] = Self::of(words[at]);
            at += 1;
        }
        all
    }

    #[inline]
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

/// The maximal runs of bytes of one class from a place on, as ranges. A class holds ASCII only, so that a run's ends are
/// character boundaries, or all bytes of other characters.
pub(super) struct Runs<'a> {
    bytes: &'a [u8],
    from: usize,
    class: &'static Class,
}

pub(super) fn runs<'a>(text: &'a str, from: usize, class: &'static Class) -> Runs<'a> {
    Runs { bytes: text.as_bytes(), from, class }
}

impl Iterator for Runs<'_> {
    type Item = (usize, usize);

    #[inline(never)]
    fn next(&mut self) -> Option<(usize, usize)> {
        let start = self.from + self.bytes[self.from..].iter().position(|byte| self.class.has(*byte))?;
        let end = end_of(self.bytes, start, self.class);
        self.from = end;
        Some((start, end))
    }
}

/// Where the run of a class that includes `start` ends.
#[inline(never)]
pub(super) fn end_of(bytes: &[u8], start: usize, class: &Class) -> usize {
    bytes[start..].iter().position(|byte| !class.has(*byte)).map_or(bytes.len(), |length| start + length)
}

/// Where the next of these words begins, from a place on.
#[inline(never)]
pub(super) fn find(text: &str, from: usize, word: &str) -> Option<usize> {
    let (bytes, word) = (&text.as_bytes()[from..], word.as_bytes());
    let first = *word.first()?;
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|byte| *byte == first)?;
        if bytes[at..].starts_with(word) {
            return Some(from + at);
        }
        at += 1;
    }
}

/// A range without this byte at its ends.
pub(super) fn without(byte: u8, bytes: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    while start < end && bytes[start] == byte {
        start += 1;
    }
    while start < end && bytes[end - 1] == byte {
        end -= 1;
    }
    (start, end)
}

/// Whether a word may begin here: what comes before is no letter, digit or underscore.
pub(super) fn begins_word(bytes: &[u8], at: usize) -> bool {
    at == 0 || !Class::WORD.has(bytes[at - 1])
}

/// Whether a word may end here: what comes next is no letter, digit or underscore.
pub(super) fn ends_word(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_none_or(|byte| !Class::WORD.has(*byte))
}

/// Whether `bytes` begins with `word`, whatever the case.
#[inline(never)]
pub(super) fn starts_with(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Whether `bytes` is this word, whatever the case.
pub(super) fn is(bytes: &[u8], word: &[u8]) -> bool {
    bytes.len() == word.len() && starts_with(bytes, word)
}

/// The text without these signs at its end.
pub(super) fn without_end<'t>(text: &'t str, signs: &[u8]) -> &'t str {
    let length = text.bytes().rposition(|byte| !signs.contains(&byte)).map_or(0, |last| last + 1);
    &text[..length]
}

/// The length of the placeholder (`<ip>`) that `bytes` begins with.
pub(super) fn placeholder(bytes: &[u8]) -> Option<usize> {
    const LONGEST: usize = 16;
    let inside = bytes.strip_prefix(b"<")?;
    let length = inside.iter().take(LONGEST).position(|byte| *byte == b'>')?;
    (length > 0 && inside[..length].iter().all(u8::is_ascii_lowercase)).then_some(length + 2)
}
