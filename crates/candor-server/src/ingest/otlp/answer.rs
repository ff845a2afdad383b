//! What an exporter is told: how many of its items were not kept, and why.

use crate::ingest::protocol::Fate;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use candor_wire::Dropped;
use candor_wire::otlp::{Encoding, Rejected, Signal};
use std::collections::BTreeMap;

/// What helps against totals, which most SDKs send unless they are told otherwise.
const DELTA_HINT: &str = "set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta";

/// An answer with status 200.
#[derive(Debug)]
pub(super) struct Answer {
    encoding: Encoding,
    body: Vec<u8>,
}

impl Answer {
    /// The answer to a request whose items ended so.
    pub(super) fn new(signal: Signal, encoding: Encoding, fates: &[Fate]) -> Self {
        Self { encoding, body: rejected(fates).encode(signal, encoding) }
    }
}

fn rejected(fates: &[Fate]) -> Rejected {
    let mut reasons = BTreeMap::new();
    for fate in fates {
        if let Fate::Dropped(reason) = fate {
            *reasons.entry(*reason).or_insert(0u64) += 1;
        }
    }
    let described = |(reason, count): (&&str, &u64)| match *reason == Dropped::CumulativeTemporality.code() {
        true => format!("{reason}: {count} ({DELTA_HINT})"),
        false => format!("{reason}: {count}"),
    };
    let message = reasons.iter().map(described).collect::<Vec<_>>().join(", ");
    Rejected { count: reasons.values().sum(), message }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let content_type = match self.encoding {
            Encoding::Protobuf => "application/x-protobuf",
            Encoding::Json => "application/json",
        };
        ([(CONTENT_TYPE, HeaderValue::from_static(content_type))], self.body).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_counted_and_totals_get_a_hint() {
        let dropped = Fate::Dropped;
        let rejected =
            rejected(&[dropped("not_kept"), Fate::Kept, dropped("cumulative_temporality"), dropped("not_kept")]);
        assert_eq!(rejected.count, 3);
        assert_eq!(rejected.message, format!("cumulative_temporality: 1 ({DELTA_HINT}), not_kept: 2"));
    }
}
