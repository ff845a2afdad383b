//! Reading the frames of one segment, whatever became of it.

use super::layout::{ALIGNMENT, FRAME_HEADER, Frame, SEGMENT_HEADER, SegmentHeader};

/// What is found in a segment, in the order of its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A frame, and where its payload begins.
    Frame(Frame, usize),
    /// Damage, with at least one undamaged frame behind it.
    Corrupt {
        /// Where it begins.
        offset: usize,
        /// How many bytes it spans.
        length: usize,
    },
    /// Bytes that are no frame, with no frame behind them: a write that was cut off before it was acknowledged.
    Torn {
        /// Where they begin.
        offset: usize,
    },
}

/// Walks over the frames of `segment`.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    segment: &'a [u8],
    header: SegmentHeader,
    position: usize,
    last_sequence: u64,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(segment: &'a [u8], header: SegmentHeader) -> Self {
        Self { segment, header, position: SEGMENT_HEADER, last_sequence: 0 }
    }

    fn frame_at(&self, position: usize) -> Option<Frame> {
        Frame::decode(self.segment.get(position..)?, self.header.salt)
    }

    /// The next undamaged frame from `position` on. A frame that was there before a rewind is not one: its sequence
    /// does not go on from what came before.
    fn search(&self, position: usize) -> Option<usize> {
        (position..self.segment.len())
            .step_by(ALIGNMENT)
            .find(|at| self.frame_at(*at).is_some_and(|frame| frame.sequence > self.last_sequence))
    }
}

impl Iterator for Scan<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        let at = self.position;
        if at >= self.segment.len() {
            return None;
        }
        if let Some(frame) = self.frame_at(at) {
            self.position = at + frame.size();
            self.last_sequence = self.last_sequence.max(frame.sequence);
            return Some(Found::Frame(frame, at + FRAME_HEADER));
        }
        if let Some(next) = self.search(at + ALIGNMENT) {
            self.position = next;
            return Some(Found::Corrupt { offset: at, length: next - at });
        }
        self.position = self.segment.len();
        let blank = self.segment[at..].iter().all(|byte| *byte == 0);
        (!blank).then_some(Found::Torn { offset: at })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::layout::seal_frame, *};

    const HEADER: SegmentHeader = SegmentHeader { first_sequence: 1, salt: 42 };

    fn segment(payloads: &[&[u8]]) -> Vec<u8> {
        let mut segment = HEADER.encode().to_vec();
        for (sequence, payload) in (1..).zip(payloads) {
            let mut frame = vec![0; FRAME_HEADER];
            frame.extend_from_slice(payload);
            seal_frame(&mut frame, sequence, 0, HEADER.salt).expect("it is short");
            segment.extend(frame);
        }
        segment
    }

    fn sequences(found: &[Found]) -> Vec<u64> {
        let sequence = |found: &Found| match found {
            Found::Frame(frame, _) => Some(frame.sequence),
            _ => None,
        };
        found.iter().filter_map(sequence).collect()
    }

    #[test]
    fn zeros_behind_the_last_frame_are_its_end() {
        let mut segment = segment(&[b"one", b"two"]);
        segment.extend([0; 1000]);
        let found: Vec<_> = Scan::new(&segment, HEADER).collect();
        assert_eq!((found.len(), sequences(&found)), (2, vec![1, 2]));
    }

    #[test]
    fn a_tail_torn_at_any_byte_costs_the_last_frame_alone() {
        let whole = segment(&[b"one", b"two", b"three, which is longer"]);
        let last = whole.len() - 48;
        for cut in last + 1..whole.len() - 2 {
            let mut torn = whole[..cut].to_vec();
            torn.resize(whole.len() + 64, 0);
            let found: Vec<_> = Scan::new(&torn, HEADER).collect();
            assert_eq!(sequences(&found), [1, 2], "cut at {cut}");
            assert_eq!(found.last(), Some(&Found::Torn { offset: last }), "cut at {cut}");
        }
    }

    #[test]
    fn a_damaged_frame_is_reported_and_those_behind_it_are_kept() {
        let mut segment = segment(&[b"one", b"two", b"three"]);
        let second = SEGMENT_HEADER + 32;
        segment[second + FRAME_HEADER] ^= 1;
        let found: Vec<_> = Scan::new(&segment, HEADER).collect();
        assert_eq!(sequences(&found), [1, 3]);
        assert_eq!(found[1], Found::Corrupt { offset: second, length: 32 });
    }

    #[test]
    fn a_frame_inside_a_payload_is_not_taken_for_one() {
        let mut inner = vec![0; FRAME_HEADER];
        inner.extend(b"forged");
        seal_frame(&mut inner, 7, 0, 0).expect("it is short");
        let mut segment = segment(&[b"one", &inner]);
        segment[SEGMENT_HEADER + 32 + 4] ^= 1;
        let found: Vec<_> = Scan::new(&segment, HEADER).collect();
        assert_eq!(sequences(&found), [1]);
    }
}
