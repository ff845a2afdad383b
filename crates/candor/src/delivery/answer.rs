//! What a collector's answer means for the records that it was sent.

use std::time::Duration;

use crate::text;

/// The meaning of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It has them.
    Accepted,
    /// Not now: 408, 429, 5xx, or no answer at all.
    Unavailable {
        /// For the user to read.
        reason: String,
        /// What the collector asked for.
        retry_after: Option<Duration>,
    },
    /// Too much at once (413).
    TooLarge,
    /// Something in it is wrong (400, 422).
    Invalid,
    /// Never again, says the collector (410).
    Gone,
    /// Nobody was asked: the user has said no, or less, since the delivery began.
    #[cfg_attr(not(feature = "upload"), expect(dead_code, reason = "only an upload takes that long"))]
    Withdrawn,
    /// Any other status: a wrong key, a wrong address, a redirect. Trying again soon would not help.
    Refused(u16),
}

impl Answer {
    #[cfg_attr(not(feature = "upload"), expect(dead_code, reason = "only a collector answers with a status"))]
    /// Reads a status and the header `Retry-After`, which is honoured where it gives seconds.
    pub(crate) fn of(status: u16, retry_after: Option<&str>) -> Self {
        match status {
            200..=299 => Self::Accepted,
            408 | 429 | 500..=599 => Self::Unavailable {
                reason: format!("status {status}"),
                retry_after: retry_after
                    .and_then(|seconds| text::number(text::trimmed(seconds)))
                    .map(Duration::from_secs),
            },
            413 => Self::TooLarge,
            400 | 422 => Self::Invalid,
            410 => Self::Gone,
            _ => Self::Refused(status),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_408_429_and_5xx_are_tried_again() {
        for status in 200..600 {
            let is_temporary = matches!(Answer::of(status, None), Answer::Unavailable { .. });
            assert_eq!(is_temporary, matches!(status, 408 | 429 | 500..=599), "{status}");
        }
    }

    #[test]
    fn retry_after_is_read_in_seconds() {
        let wait = |text| match Answer::of(503, Some(text)) {
            Answer::Unavailable { retry_after, .. } => retry_after,
            _ => None,
        };
        assert_eq!(wait(" 120 "), Some(Duration::from_secs(120)));
        assert_eq!(wait("Sun, 22 Nov 2026 02:00:00 GMT"), None);
    }
}
