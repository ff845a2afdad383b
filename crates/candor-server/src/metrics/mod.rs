//! How the collector itself is doing, for Prometheus. Nothing here tells of a project, a person, or what was sent.

mod gauges;
mod process;

use crate::routes::ROUTES;
use candor_store::ItemOutcome;
use gauges::Gauges;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

pub(crate) use gauges::Seen;

/// Upper bounds in seconds: an answer waits for the disk, 0.1 to 20 ms; a query takes up to 30 s.
const SECONDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];

/// What is counted all the time, and what is looked at when somebody asks.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    items: Family<ItemLabels, Counter>,
    /// That of `items` which nearly every request counts.
    accepted: Counter,
    /// Open connections.
    pub(crate) connections: Gauge,
    gauges: Gauges,
    /// One answer at a time, so that no two of them mix what they saw.
    asking: Mutex<()>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ItemLabels {
    outcome: &'static str,
    reason: String,
}

impl ItemLabels {
    fn of(outcome: ItemOutcome, reason: &str) -> Self {
        let reason = reason.split(':').next().unwrap_or_default().to_owned();
        Self { outcome: outcome_name(outcome), reason }
    }
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::default();
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("candor_build", "The release that runs", build);
        let requests = Family::default();
        registry.register("candor_http_requests", "Requests that were answered", requests.clone());
        let seconds: Family<_, _, fn() -> Histogram> = Family::new_with_constructor(|| Histogram::new(SECONDS));
        let help = "From the end of a request's head to its answer";
        registry.register("candor_http_request_seconds", help, seconds.clone());
        let items: Family<ItemLabels, Counter> = Family::default();
        registry.register("candor_items", "Items of events and crashes by how they ended", items.clone());
        let accepted = items.get_or_create(&ItemLabels::of(ItemOutcome::Accepted, "")).clone();
        let connections = Gauge::default();
        registry.register("candor_connections", "Open connections", connections.clone());
        let gauges = Gauges::register(&mut registry);
        Self { registry, requests, seconds, items, accepted, connections, gauges, asking: Mutex::new(()) }
    }

    /// Counts an answer.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let route = known_route(route);
        let labels = RequestLabels { method: known_method(method), route, status };
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&RouteLabels { route }).observe(took.as_secs_f64());
    }

    /// Counts items; of a reason only what stands before the first colon, because names that clients chose may follow.
    pub(crate) fn items(&self, outcome: ItemOutcome, reason: &str, count: u64) {
        if outcome == ItemOutcome::Accepted && reason.is_empty() {
            self.accepted.inc_by(count);
            return;
        }
        self.items.get_or_create(&ItemLabels::of(outcome, reason)).inc_by(count);
    }

    /// Everything in the text format of OpenMetrics.
    ///
    /// # Errors
    /// Never, as far as known; whatever the encoder says.
    pub(crate) fn exposed(&self, seen: &Seen) -> Result<String, fmt::Error> {
        let _one = self.asking.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.gauges.set(seen);
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// As [`ROUTES`] spells it, so that there are as many series as routes.
fn known_route(route: &str) -> &'static str {
    let same = |known: &str| known == route || known.trim_end_matches('/') == route.trim_end_matches('/');
    ROUTES.iter().map(|(_, path, _)| *path).find(|known| same(known)).unwrap_or("unmatched")
}

fn known_method(method: &str) -> &'static str {
    ["GET", "POST", "HEAD", "OPTIONS"].into_iter().find(|known| *known == method).unwrap_or("other")
}

fn outcome_name(outcome: ItemOutcome) -> &'static str {
    match outcome {
        ItemOutcome::Accepted => "accepted",
        ItemOutcome::Dropped => "dropped",
        ItemOutcome::Rejected => "rejected",
        ItemOutcome::Duplicate => "duplicate",
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    #[test]
    fn what_clients_choose_makes_no_series() {
        let metrics = Metrics::new();
        for number in 0..100 {
            metrics.answered(&format!("M{number}"), &format!("/r{number}"), 404, Duration::ZERO);
            metrics.items(ItemOutcome::Dropped, &format!("undeclared_property:p{number}"), 2);
        }
        let text = metrics.exposed(&Seen::default()).unwrap();
        assert!(
            text.contains("candor_http_requests_total{method=\"other\",route=\"unmatched\",status=\"404\"} 100"),
            "{text}"
        );
        assert!(text.contains("candor_items_total{outcome=\"dropped\",reason=\"undeclared_property\"} 200"), "{text}");
        assert!(text.ends_with("# EOF\n"), "{text}");
    }

    #[test]
    fn a_route_is_itself_with_and_without_a_slash() {
        assert_eq!((known_route("/v1/batch"), known_route("/v1/batch/")), ("/v1/batch", "/v1/batch"));
        assert_eq!(known_route("/api/{id}/envelope"), "/api/{id}/envelope/");
        assert_eq!(known_route("/"), "/");
    }
}
