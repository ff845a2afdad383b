//! Identifiers of installations: 64 bits that mean nothing without a secret.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The keyed hash of an identifier: the first 64 bits of HMAC-SHA256 under `secret`, as the column `installation`.
///
/// `None` where the identifier says nothing: empty, `anonymous`, a null UUID, or what clients send when theirs is missing.
/// Two of a million installations share a hash with a probability of 3 in 100 million.
#[must_use]
pub fn installation_hash(secret: &[u8; 32], id: &str) -> Option<i64> {
    let id = id.trim();
    if says_nothing(id) {
        return None;
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of every length");
    mac.update(id.as_bytes());
    let hash: [u8; 32] = mac.finalize().into_bytes().into();
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    Some(i64::from_be_bytes(first))
}

/// For how long a project can recognise an installation.
///
/// The hashes of a day or a month are made under a secret that is drawn at random for that period and destroyed after it: then
/// not even its holder can make an old hash again, nor tell which of two periods are of one installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Policy {
    /// Not at all: identifiers are discarded.
    Drop,
    /// Within a day, UTC.
    Daily,
    /// Within a month, UTC.
    Monthly,
    /// For ever.
    Stable,
}

impl Policy {
    /// Every policy, from the least to the most that it tells.
    pub const ALL: &[Self] = &[Self::Drop, Self::Daily, Self::Monthly, Self::Stable];

    /// Its name in configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Daily => "daily",
            Self::Monthly => "monthly",
            Self::Stable => "stable",
        }
    }

    /// The policy of this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|policy| policy.as_str() == name)
    }

    /// The period that a day (days since 1970-01-01, UTC) belongs to: a number that is another in every other period. `None`
    /// where there are none, because nothing is recognised or everything for ever.
    #[must_use]
    pub fn period(self, day: i32) -> Option<i32> {
        match self {
            Self::Daily => Some(day),
            Self::Monthly => Some(month(day)),
            Self::Drop | Self::Stable => None,
        }
    }
}

fn says_nothing(id: &str) -> bool {
    ["", "anonymous", "null", "none", "nil", "undefined", "unknown"].iter().any(|word| id.eq_ignore_ascii_case(word))
        || id.bytes().all(|byte| matches!(byte, b'0' | b'-'))
}

/// Months since the year 0 of a day since 1970-01-01; years begin in March so that the leap day is last.
fn month(day: i32) -> i32 {
    let days = i64::from(day) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months = (era * 400 + year_of_era) * 12 + (5 * day_of_year + 2) / 153 + 2;
    i32::try_from(months).expect("there are fewer months than days")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    #[test]
    fn ids_that_say_nothing_have_no_hash() {
        for id in ["", " ", "anonymous", "Anonymous", "null", "00000000-0000-0000-0000-000000000000", "0"] {
            assert_eq!(installation_hash(&SECRET, id), None, "{id}");
        }
    }

    #[test]
    fn a_hash_depends_on_id_and_secret_alone() {
        let hash = installation_hash(&SECRET, "5f0c9e1a");
        assert!(hash.is_some());
        assert_eq!(hash, installation_hash(&SECRET, " 5f0c9e1a\n"));
        assert_ne!(hash, installation_hash(&SECRET, "5f0c9e1b"));
        assert_ne!(hash, installation_hash(&[8; 32], "5f0c9e1a"));
    }

    #[test]
    fn the_hash_is_the_one_of_rfc_4231() {
        // Test case 1 of the RFC has a key of 20 bytes; HMAC pads keys with zeros, so this is the same key.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        assert_eq!(installation_hash(&key, "Hi There"), Some(0xb034_4c61_d8db_3853_u64 as i64));
    }

    #[test]
    fn each_policy_has_its_periods() {
        let (first_of_november, last_of_november, first_of_december) = (20_758, 20_787, 20_788);
        for day in [first_of_november, first_of_december] {
            assert_eq!((Policy::Drop.period(day), Policy::Stable.period(day)), (None, None));
        }
        let (daily, monthly) = (|day| Policy::Daily.period(day), |day| Policy::Monthly.period(day));
        assert_ne!(daily(first_of_november), daily(first_of_november + 1));
        assert_eq!(monthly(first_of_november), monthly(last_of_november));
        assert_ne!(monthly(last_of_november), monthly(first_of_december));
        assert_ne!(monthly(first_of_november), monthly(first_of_november + 365));
    }

    #[test]
    fn a_policy_is_found_by_its_name() {
        for policy in Policy::ALL {
            assert_eq!(Policy::from_name(policy.as_str()), Some(*policy));
        }
        assert_eq!(Policy::from_name("weekly"), None);
    }

    #[test]
    fn months_begin_on_their_first_day() {
        assert_eq!((month(0), month(30), month(31)), (1970 * 12, 1970 * 12, 1970 * 12 + 1));
        assert_eq!(month(-1), 1970 * 12 - 1);
        assert_eq!((month(19_782), month(19_783)), (2024 * 12 + 1, 2024 * 12 + 2), "2024-02-29 and the day after");
    }
}
