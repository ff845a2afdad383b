//! Random values. Where the system has none to give, there is no value: callers go on without.

use hmac_sha256::HMAC;

use crate::text::push_hex;

/// A random UUID of version 4: it says nothing about the machine or the time.
pub(crate) fn uuid() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(spell(bytes))
}

/// The UUID that belongs to `name` under a random `seed`: whoever does not know the seed sees random ones.
pub(crate) fn uuid_of(seed: &[u8; 16], name: &[u8]) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&mac(name, seed)[..16]);
    spell(bytes)
}

/// The code by which who knows the key, and nobody else, can tell that a message is the same.
pub(crate) fn mac(message: &[u8], key: &[u8]) -> [u8; 32] {
    HMAC::mac(message, key)
}

/// Whether a text is a UUID of version 4, in lower case. Other versions hold addresses and times.
pub(crate) fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_spelled = bytes.len() == 36
        && bytes.iter().enumerate().all(|(position, byte)| match position {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        });
    is_spelled && bytes[14] == b'4' && matches!(bytes[19], b'8' | b'9' | b'a' | b'b')
}

fn spell(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (position, byte) in bytes.iter().enumerate() {
        if matches!(position, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        push_hex(&mut text, &[*byte]);
    }
    text
}

/// A number from 0.0 up to, but not including, 1.0; a half where the system has no random numbers.
pub(crate) fn fraction() -> f64 {
    let mut bytes = [0; 4];
    match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0),
        Err(_) => 0.5,
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
            assert!(is_uuid(&id), "{id}");
        }
    }

    #[test]
    fn an_id_of_a_name_is_the_same_each_time_and_another_for_each_seed() {
        let id = uuid_of(&[1; 16], b"name");
        assert!(is_uuid(&id));
        assert_eq!(uuid_of(&[1; 16], b"name"), id);
        assert_ne!(uuid_of(&[2; 16], b"name"), id);
        assert_ne!(uuid_of(&[1; 16], b"other"), id);
    }
}
