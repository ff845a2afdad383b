//! Bytes to deflate (RFC 1951), in the one way that needs no tables: a single block with the codes that the standard
//! fixes, and of what came before, the last place that began with the same four bytes.
//!
//! A library that looks for the best codes and the longest repetition makes 27 bytes of an item where this makes 46, most
//! of them its random id; and it makes every tool 26 KB larger, which is more than most of them will ever send.

/// How far back a repetition may lie.
const WINDOW: usize = 32 * 1024;

const SHORTEST: usize = 4;
const LONGEST: usize = 258;

/// Where each beginning was seen last: a beginning's hash has this many bits.
const HASH_BITS: u32 = 13;

/// Appends the bytes, deflated.
pub(super) fn append_deflated(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut bits = Bits { out, waiting: 0, count: 0 };
    // The last block, with the fixed codes.
    bits.push(0b011, 3);
    // One more than the place; zero for none.
    let mut seen = vec![0_u32; 1 << HASH_BITS];
    let mut at = 0;
    while at < bytes.len() {
        let (length, distance) = repetition(bytes, at, &mut seen);
        if length < SHORTEST {
            bits.push_symbol(u32::from(bytes[at]));
            at += 1;
            continue;
        }
        bits.push_repetition(length as u32, distance as u32);
        for skipped in at + 1..at + length {
            see(bytes, skipped, &mut seen);
        }
        at += length;
    }
    bits.push_symbol(END);
    bits.finish();
}

/// Notes that these bytes are here, and returns where they were before.
fn see(bytes: &[u8], at: usize, seen: &mut [u32]) -> Option<usize> {
    let beginning = u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?);
    let hash = beginning.wrapping_mul(0x9e37_79b1) >> (u32::BITS - HASH_BITS);
    let before = std::mem::replace(seen.get_mut(hash as usize)?, at as u32 + 1);
    (before as usize).checked_sub(1).filter(|before| at - before <= WINDOW)
}

/// How many bytes from here on were there before, and how far back; zero when nothing is known.
fn repetition(bytes: &[u8], at: usize, seen: &mut [u32]) -> (usize, usize) {
    let Some(before) = see(bytes, at, seen) else { return (0, 0) };
    let same = bytes[before..].iter().zip(&bytes[at..]).take(LONGEST);
    (same.take_while(|(one, other)| one == other).count(), at - before)
}

/// The symbol behind the last byte.
const END: u32 = 256;

/// Bits on their way into bytes, the lowest first.
struct Bits<'a> {
    out: &'a mut Vec<u8>,
    waiting: u32,
    count: u32,
}

impl Bits<'_> {
    fn push(&mut self, bits: u32, count: u32) {
        self.waiting |= bits << self.count;
        self.count += count;
        while self.count >= 8 {
            self.out.push(self.waiting as u8);
            self.waiting >>= 8;
            self.count -= 8;
        }
    }

    /// Codes alone go in with their highest bit first.
    fn push_code(&mut self, code: u32, count: u32) {
        self.push(code.reverse_bits() >> (u32::BITS - count), count);
    }

    /// A byte, the end, or a length: the table of section 3.2.6.
    fn push_symbol(&mut self, symbol: u32) {
        match symbol {
            0..144 => self.push_code(0x30 + symbol, 8),
            144..256 => self.push_code(0x190 + symbol - 144, 9),
            256..280 => self.push_code(symbol - 256, 7),
            _ => self.push_code(0xc0 + symbol - 280, 8),
        }
    }

    /// The tables of section 3.2.5, as the rule that they follow: a code for the highest two (or one) bits below the
    /// leading one, and the rest as it is.
    fn push_repetition(&mut self, length: u32, distance: u32) {
        let (more, extra) = (length - 3, (length - 3).checked_ilog2().unwrap_or(0).saturating_sub(2));
        if length == LONGEST as u32 {
            self.push_symbol(285);
        } else {
            self.push_symbol(257 + 4 * extra + (more >> extra));
            self.push(more & ((1 << extra) - 1), extra);
        }
        let (back, extra) = (distance - 1, (distance - 1).checked_ilog2().unwrap_or(0).saturating_sub(1));
        self.push_code(2 * extra + (back >> extra), 5);
        self.push(back & ((1 << extra) - 1), extra);
    }

    fn finish(self) {
        if self.count > 0 {
            self.out.push(self.waiting as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use proptest::prelude::*;

    fn inflated(bytes: &[u8]) -> Vec<u8> {
        let (mut deflated, mut inflated) = (Vec::new(), Vec::new());
        append_deflated(&mut deflated, bytes);
        let mut decoder = flate2::bufread::DeflateDecoder::new(deflated.as_slice());
        decoder.read_to_end(&mut inflated).expect("deflate");
        assert_eq!(decoder.total_in(), deflated.len() as u64, "and nothing is left behind it");
        inflated
    }

    #[test]
    fn every_length_of_a_repetition_and_every_distance_that_there_is_are_read_again() {
        for length in 0..600 {
            let bytes = [b"begin".repeat(60), vec![b'-'], b"begin".repeat(60)[..length.min(300)].to_vec()].concat();
            assert_eq!(inflated(&bytes), bytes, "{length}");
            assert_eq!(inflated(&vec![b'a'; length]), vec![b'a'; length], "{length}");
        }
        let mut noise = 1_u32;
        let far: Vec<u8> = (0..=WINDOW)
            .map(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (noise >> 24) as u8
            })
            .collect();
        for distance in (1..200).chain((1..20).map(|step| step * 1700)).chain(WINDOW - 5..=WINDOW + 1) {
            let bytes = [&far[..distance], &far[..distance.min(20)]].concat();
            assert_eq!(inflated(&bytes), bytes, "{distance}");
        }
    }

    #[test]
    fn a_batch_becomes_a_fraction_of_itself() {
        let item = |number: u32| {
            let id = number.wrapping_mul(0x9e37_79b1);
            format!(
                r#"{{"type":"track","messageId":"{id:08x}-0000-4000-8000-{id:012x}","event":"fetch","timestamp":"2026-11-22T01:00:00.000Z","properties":{{"outcome":"ok","duration_ms":{number}}},"context":{{"app":{{"name":"inventory","version":"1.4.0"}},"os":{{"name":"linux"}}}}}}"#
            )
        };
        let batch: String = (0..500).map(item).collect();
        let mut deflated = Vec::new();
        append_deflated(&mut deflated, batch.as_bytes());
        assert!(deflated.len() * 5 < batch.len(), "{} of {}", deflated.len(), batch.len());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_again(
            bytes in proptest::collection::vec(any::<u8>(), 0..3000),
            few in proptest::collection::vec(0u8..3, 0..3000),
            times in 1usize..40,
        ) {
            prop_assert_eq!(inflated(&bytes.repeat(times)), bytes.repeat(times));
            prop_assert_eq!(inflated(&few), few);
        }
    }
}
