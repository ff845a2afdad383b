//! An identity that changes every month: what was made in one cannot be linked with the next, nor with the secret.

use candor_wire::Timestamp;

use crate::{random::mac, text};

/// 128 bits as hexadecimal digits.
pub(super) fn id(secret: &str, application: &str, day: i32) -> String {
    let message = format!("candor/rotating/1\0{application}\0{}", month(day));
    hex(&mac(message.as_bytes(), secret.as_bytes())[..16])
}

/// `2026-11`, in UTC.
pub(super) fn month(day: i32) -> String {
    let start = Timestamp::from_micros(i64::from(day) * 86_400_000_000);
    let mut month = text::of(&start);
    month.truncate(7);
    month
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(2 * bytes.len());
    text::push_hex(&mut hex, bytes);
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_holds_for_a_month_of_a_year_and_for_one_tool() {
        // 2026-11-01 is day 20,758.
        let november = id("secret", "tool", 20_758);
        assert_eq!((november.len(), month(20_758).as_str()), (32, "2026-11"));
        assert_eq!(id("secret", "tool", 20_787), november);
        assert_ne!(id("secret", "tool", 20_788), november);
        assert_ne!(id("secret", "tool", 20_758 - 365), november, "the same month of another year");
        assert_ne!(id("secret", "other", 20_758), november);
        assert_ne!(id("other", "tool", 20_758), november);
    }
}
