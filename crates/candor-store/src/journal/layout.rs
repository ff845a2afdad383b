//! The bytes of a segment. Numbers are little-endian.
//!
//! ```text
//! segment header, 32 bytes
//!   0   8   magic "CANDORJ\0"
//!   8   4   format version, 1
//!  12   4   CRC-32 of bytes 0 to 12 and 16 to 32
//!  16   8   sequence of the first frame of rows
//!  24   8   salt, random
//!
//! frame, at every multiple of 8
//!   0   4   magic "CJF1"
//!   4   4   length of the payload in bytes
//!   8   8   sequence; 0 in the schema's frame, which is the first of every segment
//!  16   4   day on which the rows were received, days since 1970-01-01
//!  20   4   CRC-32 of the salt, bytes 0 to 20 and the payload
//!  24   n   payload: one message of an Arrow IPC stream (the schema, or a record batch)
//!  24+n     zeros up to a multiple of 8
//!
//! zeros up to the end of the preallocated file
//! ```
//!
//! The salt is why nothing that a client sends can pass for a frame when the journal is searched for frames behind a
//! damaged one.

/// Bytes of the header of a segment.
pub(crate) const SEGMENT_HEADER: usize = 32;
/// Bytes of the header of a frame.
pub(crate) const FRAME_HEADER: usize = 24;
/// What frames are aligned to.
pub(crate) const ALIGNMENT: usize = 8;

const SEGMENT_MAGIC: [u8; 8] = *b"CANDORJ\0";
const FRAME_MAGIC: [u8; 4] = *b"CJF1";
const VERSION: u32 = 1;

/// What the header of a segment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub(crate) first_sequence: u64,
    pub(crate) salt: u64,
}

/// Why a segment's header says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeaderError {
    /// It was never written: the file is empty, or all zeros.
    Blank,
    /// It is damaged.
    Damaged,
    /// It is of a format that this version does not know.
    Version(u32),
}

impl SegmentHeader {
    pub(crate) fn encode(self) -> [u8; SEGMENT_HEADER] {
        let mut bytes = [0; SEGMENT_HEADER];
        bytes[..8].copy_from_slice(&SEGMENT_MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.first_sequence.to_le_bytes());
        bytes[24..].copy_from_slice(&self.salt.to_le_bytes());
        let checksum = header_checksum(&bytes);
        bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    pub(crate) fn decode(segment: &[u8]) -> Result<Self, HeaderError> {
        let Some(bytes) = segment.get(..SEGMENT_HEADER) else {
            return Err(if segment.iter().all(|byte| *byte == 0) { HeaderError::Blank } else { HeaderError::Damaged });
        };
        if bytes.iter().all(|byte| *byte == 0) {
            return Err(HeaderError::Blank);
        }
        if bytes[..8] != SEGMENT_MAGIC || header_checksum(bytes) != u32_at(bytes, 12) {
            return Err(HeaderError::Damaged);
        }
        match u32_at(bytes, 8) {
            VERSION => Ok(Self { first_sequence: u64_at(bytes, 16), salt: u64_at(bytes, 24) }),
            version => Err(HeaderError::Version(version)),
        }
    }
}

fn header_checksum(bytes: &[u8]) -> u32 {
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(&bytes[..12]);
    checksum.update(&bytes[16..SEGMENT_HEADER]);
    checksum.finalize()
}

/// What the header of a frame says, when all of the frame is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) sequence: u64,
    pub(crate) day: i32,
    pub(crate) length: usize,
}

impl Frame {
    /// Bytes from its beginning to that of the next frame.
    pub(crate) fn size(&self) -> usize {
        (FRAME_HEADER + self.length).next_multiple_of(ALIGNMENT)
    }

    /// The frame at the start of `bytes`, if there is an undamaged one.
    pub(crate) fn decode(bytes: &[u8], salt: u64) -> Option<Self> {
        let header = bytes.get(..FRAME_HEADER)?;
        if header[..4] != FRAME_MAGIC {
            return None;
        }
        let length = u32_at(header, 4) as usize;
        let payload = bytes.get(FRAME_HEADER..FRAME_HEADER.checked_add(length)?)?;
        let intact = frame_checksum(salt, header, payload) == u32_at(header, 20);
        intact.then(|| Self { sequence: u64_at(header, 8), day: u32_at(header, 16) as i32, length })
    }
}

/// Makes a frame of `bytes`, which has room for the header before the payload; pads it. `None` where the payload is
/// longer than a frame can say.
pub(crate) fn seal_frame(bytes: &mut Vec<u8>, sequence: u64, day: i32, salt: u64) -> Option<()> {
    let length = u32::try_from(bytes.len() - FRAME_HEADER).ok()?;
    let (header, payload) = bytes.split_at_mut(FRAME_HEADER);
    header[..4].copy_from_slice(&FRAME_MAGIC);
    header[4..8].copy_from_slice(&length.to_le_bytes());
    header[8..16].copy_from_slice(&sequence.to_le_bytes());
    header[16..20].copy_from_slice(&day.to_le_bytes());
    let checksum = frame_checksum(salt, header, payload);
    header[20..].copy_from_slice(&checksum.to_le_bytes());
    bytes.resize(bytes.len().next_multiple_of(ALIGNMENT), 0);
    Some(())
}

fn frame_checksum(salt: u64, header: &[u8], payload: &[u8]) -> u32 {
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(&salt.to_le_bytes());
    checksum.update(&header[..20]);
    checksum.update(payload);
    checksum.finalize()
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(number)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(payload: &[u8], salt: u64) -> Vec<u8> {
        let mut bytes = vec![0; FRAME_HEADER];
        bytes.extend_from_slice(payload);
        seal_frame(&mut bytes, 9, -3, salt).expect("it is short");
        bytes
    }

    proptest! {
        #[test]
        fn a_frame_is_read_as_it_was_written(payload in proptest::collection::vec(any::<u8>(), 0..100), salt: u64) {
            let bytes = frame(&payload, salt);
            let expected = Frame { sequence: 9, day: -3, length: payload.len() };
            prop_assert_eq!(Frame::decode(&bytes, salt), Some(expected));
            prop_assert_eq!(expected.size(), bytes.len());
        }

        #[test]
        fn a_frame_with_a_flipped_bit_is_none(payload in proptest::collection::vec(any::<u8>(), 1..100), bit: prop::sample::Index) {
            let mut bytes = frame(&payload, 7);
            let bit = bit.index((FRAME_HEADER + payload.len()) * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(Frame::decode(&bytes, 7), None);
        }

        #[test]
        fn a_frame_of_another_segment_is_none(payload in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(Frame::decode(&frame(&payload, 7), 8), None);
        }

        #[test]
        fn any_bytes_are_decoded_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (SegmentHeader::decode(&bytes), Frame::decode(&bytes, 0));
        }
    }

    #[test]
    fn a_header_is_read_as_it_was_written_and_says_what_is_wrong_with_it() {
        let header = SegmentHeader { first_sequence: 3, salt: 5 };
        let mut bytes = header.encode();
        assert_eq!(SegmentHeader::decode(&bytes), Ok(header));
        assert_eq!(SegmentHeader::decode(&[0; 100]), Err(HeaderError::Blank));
        assert_eq!(SegmentHeader::decode(&[]), Err(HeaderError::Blank));
        bytes[17] ^= 1;
        assert_eq!(SegmentHeader::decode(&bytes), Err(HeaderError::Damaged));
    }

    #[test]
    fn a_segment_of_a_later_format_is_told_from_a_damaged_one() {
        let mut bytes = SegmentHeader { first_sequence: 3, salt: 5 }.encode();
        bytes[8] = 2;
        let checksum = header_checksum(&bytes);
        bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
        assert_eq!(SegmentHeader::decode(&bytes), Err(HeaderError::Version(2)));
    }
}
