//! Bytes to gzip (RFC 1952): ten bytes, the deflated bytes, a check sum and a length.

use super::deflate::append_deflated;

/// Deflate, no flags, no time of modification, no hint, an unknown system: the same bytes give the same gzip everywhere.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = HEADER.to_vec();
    append_deflated(&mut gzip, bytes);
    gzip.extend(crc32(bytes).to_le_bytes());
    // The format wants the length modulo 2^32.
    gzip.extend((bytes.len() as u32).to_le_bytes());
    gzip
}

/// Four bits at a time: a table of 64 bytes, and about a millisecond for the largest batch.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        let crc = crc ^ u32::from(*byte);
        let crc = (crc >> 4) ^ TABLE[(crc & 15) as usize];
        (crc >> 4) ^ TABLE[(crc & 15) as usize]
    })
}

const TABLE: [u32; 16] = table();

const fn table() -> [u32; 16] {
    let mut table = [0; 16];
    let mut index = 0;
    while index < 16 {
        let (mut crc, mut bit) = (index as u32, 0);
        while bit < 4 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_check_value_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    proptest! {
        #[test]
        fn another_gzip_reads_it_again(bytes in proptest::collection::vec(any::<u8>(), 0..3000), times in 1usize..40) {
            let bytes = bytes.repeat(times);
            let mut inflated = Vec::new();
            flate2::read::GzDecoder::new(compress(&bytes).as_slice()).read_to_end(&mut inflated).expect("gzip");
            prop_assert_eq!(inflated, bytes);
        }
    }
}
