#![no_main]
//! A segment of the journal, and what became of it: whatever is read of damaged bytes is what was written, in its order.
//!
//! The input says how long the frames are, each with a byte before a zero, and behind that which bytes are damaged, three bytes each.

#[allow(dead_code, reason = "what writes a journal is not all needed here")]
#[path = "../../crates/candor-store/src/journal/layout.rs"]
mod layout;
#[path = "../../crates/candor-store/src/journal/scan.rs"]
mod scan;

use layout::{FRAME_HEADER, HeaderError, SEGMENT_HEADER, SegmentHeader, seal_frame};
use scan::{Found, Scan};

const HEADER: SegmentHeader = SegmentHeader { first_sequence: 1, salt: 0x5eed };

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    // As a file of somebody else: it ends, and stays within its bytes.
    if let Ok(header) = SegmentHeader::decode(input) {
        check(input, &Scan::new(input, header).collect::<Vec<_>>());
    }
    let end = input.iter().position(|byte| *byte == 0).unwrap_or(input.len());
    let (lengths, damage) = (&input[..end.min(40)], &input[(end + 1).min(input.len())..]);
    let mut segment = HEADER.encode().to_vec();
    let mut payloads = Vec::new();
    for (sequence, length) in (1..).zip(lengths) {
        let payload: Vec<u8> = (0..*length).map(|place| place ^ length).collect();
        let mut frame = [vec![0; FRAME_HEADER], payload.clone()].concat();
        seal_frame(&mut frame, sequence, 20_000, HEADER.salt).expect("it is short");
        segment.extend(frame);
        payloads.push(payload);
    }
    segment.resize(segment.len() + 64, 0);
    let mut is_damaged = false;
    for place in damage.chunks_exact(3) {
        let at = SEGMENT_HEADER + usize::from(u16::from_le_bytes([place[0], place[1]])) % (segment.len() - SEGMENT_HEADER);
        is_damaged |= place[2] != 0;
        segment[at] ^= place[2];
    }
    let header = SegmentHeader::decode(&segment);
    assert_eq!(header, Ok::<_, HeaderError>(HEADER));
    let found: Vec<_> = Scan::new(&segment, HEADER).collect();
    check(&segment, &found);
    let mut last = 0;
    let mut read = 0;
    for found in &found {
        let Found::Frame(frame, at) = found else { continue };
        assert!(frame.sequence > last, "{found:?} behind {last}");
        last = frame.sequence;
        let payload = &payloads[usize::try_from(frame.sequence).expect("small") - 1];
        assert_eq!(&segment[*at..at + frame.length], payload, "what is read is what was written");
        read += 1;
    }
    assert!(is_damaged || read == payloads.len(), "everything is read of what is not damaged");
});

/// Everything that was found lies in the segment, one behind the other.
fn check(segment: &[u8], found: &[Found]) {
    let mut position = SEGMENT_HEADER;
    for found in found {
        let (from, to) = match found {
            Found::Frame(frame, at) => (at - FRAME_HEADER, at + frame.length),
            Found::Corrupt { offset, length } => (*offset, offset + length),
            Found::Torn { offset } => (*offset, segment.len()),
        };
        assert!(from >= position && to > from && to <= segment.len(), "{found:?} in {}", segment.len());
        position = to;
    }
}
