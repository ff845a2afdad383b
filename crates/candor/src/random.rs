//! Random values. Where the system has none to give, there is no value: callers go on without.

use std::fmt::Write as _;

/// A random UUID of version 4: it says nothing about the machine or the time.
pub(crate) fn uuid() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (position, byte) in bytes.iter().enumerate() {
        if matches!(position, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Some(text)
}

/// A number from 0.0 up to, but not including, 1.0; a half where the system has no random numbers.
#[cfg(feature = "upload")]
pub(crate) fn fraction() -> f64 {
    let mut bytes = [0; 4];
    match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0),
        Err(_) => 0.5,
    }
}

/// Puts items into a random order, so that their order says nothing about the order of events.
#[cfg(feature = "upload")]
pub(crate) fn shuffle<T>(items: &mut [T]) {
    for last in (1..items.len()).rev() {
        let other = (fraction() * (last + 1) as f64) as usize;
        items.swap(last, other.min(last));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_random_uuids_of_version_4() {
        let (one, other) = (uuid().expect("random numbers"), uuid().expect("random numbers"));
        assert_ne!(one, other);
        for id in [one, other] {
            let bytes = id.as_bytes();
            assert_eq!((bytes.len(), bytes[14]), (36, b'4'));
            assert!(matches!(bytes[19], b'8' | b'9' | b'a' | b'b'));
            assert!([8, 13, 18, 23].iter().all(|position| bytes[*position] == b'-'));
        }
    }

    #[cfg(feature = "upload")]
    #[test]
    fn shuffling_keeps_every_item_and_changes_the_order() {
        let mut items: Vec<u32> = (0..1000).collect();
        shuffle(&mut items);
        assert_ne!(items, (0..1000).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..1000).collect::<Vec<_>>());
    }
}
