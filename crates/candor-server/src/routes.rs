//! The table of contents of the HTTP side.

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::origin::Origin;
use crate::{api, edge, ingest, pages};
use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use candor_wire::{aptabase, otlp, posthog, segment, sentry};
use tower_http::catch_panic::CatchPanicLayer;

/// Every route: method, path, and what it is for. docs/http.md shows this list.
pub const ROUTES: &[(&str, &str, &str)] = &[
    ("POST", "/v1/batch", "a batch of events of the Segment and RudderStack API"),
    ("POST", "/v1/import", "the same, for events long past"),
    ("POST", "/v1/track", "one event"),
    ("POST", "/v1/identify", "one person's traits; kept as the event `$identify`"),
    ("POST", "/v1/page", "one page view; kept as the event `$page`"),
    ("POST", "/v1/screen", "one screen view; kept as the event `$screen`"),
    ("POST", "/v1/group", "one membership; kept as the event `$group`"),
    ("POST", "/v1/alias", "one renaming; kept as the event `$alias`"),
    ("POST", "/api/{id}/envelope/", "an envelope of the Sentry API"),
    ("POST", "/api/{id}/store/", "one event of the Sentry API, from old clients"),
    ("POST", "/api/{id}/minidump/", "a form with a minidump, from handlers of native crashes"),
    ("POST", "/batch/", "a batch of events of the PostHog API"),
    ("POST", "/capture/", "one event of the PostHog API, an array of them, or a batch"),
    ("POST", "/e/", "the same"),
    ("POST", "/i/v0/e/", "the same"),
    ("POST", "/track/", "the same"),
    ("POST", "/engage/", "the same; without an event's name it is the event `$identify`"),
    ("POST", "/i/v1/analytics/events", "a batch of the PostHog API V1, answered event by event"),
    ("POST", "/flags/", "a question for feature flags of the PostHog API: there are none"),
    ("POST", "/decide/", "the same, from older clients"),
    ("POST", "/api/v0/event", "one event of the Aptabase API"),
    ("POST", "/api/v0/events", "an array of them"),
    ("POST", "/v1/logs", "log records of OpenTelemetry's protocol, of which events and exceptions are kept"),
    ("POST", "/v1/metrics", "metrics of it, of which counters are kept"),
    ("POST", "/v1/traces", "spans of it"),
    ("GET", "/healthz", "the process answers"),
    ("GET", "/readyz", "events can be taken"),
    ("GET", "/metrics", "numbers about the collector itself, for Prometheus"),
    ("GET", "/api/v1/projects/{project}/reports/{name}", "a report, as JSON, CSV or Parquet"),
    ("GET", "/api/v1/projects/{project}/pipeline", "accepted, duplicate, dropped and rejected, by reason"),
    ("POST", "/api/v1/sql", "one SELECT over the tables `facts` and `crashes`"),
    ("POST", "/api/v1/projects/{project}/erase", "all that is known of an installation goes"),
    (
        "POST",
        "/api/v1/maintenance/{task}",
        "compacts the tables, and what else keeps them small; answered when it is done",
    ),
    ("GET", "/api/v1/openapi.json", "the description of this API"),
    ("GET", "/", "the list of projects, or the way in"),
    ("POST", "/login", "signs a browser in by a token"),
    ("POST", "/logout", "signs it out"),
    ("GET", "/signin/{code}", "signs it in by a link that works once"),
    ("GET", "/projects/{project}", "the dashboard of a project"),
    ("GET", "/assets/candor.css", "the style of the pages"),
];

/// All routes with what happens before and after each; the metrics only where they have no address of their own.
pub(crate) fn router(app: App, has_metrics: bool) -> Router {
    let small = from_fn_with_state(app.clone(), edge::read_small_body);
    let admitted = from_fn_with_state(app.clone(), edge::admit);
    let queries = Router::new()
        .route("/api/v1/projects/{project}/reports/{name}", get(api::report::get_report))
        .route("/api/v1/projects/{project}/pipeline", get(api::pipeline::get_pipeline))
        .route("/api/v1/sql", post(api::sql::post_sql).layer(small.clone()))
        .route("/api/v1/projects/{project}/erase", post(api::maintenance::post_erase).layer(small.clone()))
        .route("/api/v1/maintenance/{task}", post(api::maintenance::post_maintenance).layer(small.clone()))
        .route("/api/v1/openapi.json", get(api::openapi::get_openapi));
    let pages = Router::new()
        .route("/", get(pages::home::get_home))
        .route("/login", post(pages::sign_in::post_login).layer(small.clone()))
        .route("/logout", post(pages::sign_in::post_logout).layer(small))
        .route("/signin/{code}", get(pages::sign_in::get_signin))
        .route("/projects/{project}", get(pages::project::get_project))
        .route("/assets/candor.css", get(pages::assets::get_stylesheet));
    let health = if has_metrics { health().merge(metrics()) } else { health() };
    let routes = queries
        .merge(pages)
        .route_layer(admitted)
        // These let themselves in, where they need a place: a refused body must not keep it while it is thrown away.
        .merge(ingest_routes())
        // Under overload these must answer all the same.
        .merge(health);
    answered(routes, app)
}

/// The routes of the address that the metrics have for themselves.
pub(crate) fn watched(app: App) -> Router {
    answered(health().merge(metrics()), app)
}

fn health() -> Router<App> {
    Router::new().route("/healthz", get(api::health::get_health)).route("/readyz", get(api::health::get_readiness))
}

fn metrics() -> Router<App> {
    Router::new().route("/metrics", get(api::metrics::get_metrics))
}

/// What happens after every route, and where there is none.
fn answered(routes: Router<App>, app: App) -> Router {
    let panicked = app.clone();
    routes
        .fallback(async || ApiError::from(Code::NotFound))
        .method_not_allowed_fallback(async || ApiError::from(Code::MethodNotAllowed))
        .layer(CatchPanicLayer::custom(move |message| edge::panicked(&panicked, message)))
        .layer(from_fn_with_state(app.clone(), edge::answer))
        .with_state(app)
}

/// Each endpoint with and without a slash at its end: clients differ.
fn ingest_routes() -> Router<App> {
    let router = segment::Endpoint::ALL.iter().fold(Router::new(), |router, endpoint| {
        let endpoint = *endpoint;
        let receive = post(move |app: State<App>, origin: Origin, headers: HeaderMap, body: Body| {
            ingest::receive_events(endpoint, app, origin, headers, body)
        });
        router.route(&format!("/v1/{endpoint}"), receive.clone()).route(&format!("/v1/{endpoint}/"), receive)
    });
    let router = posthog::Endpoint::ALL.iter().fold(router, |router, endpoint| {
        let endpoint = *endpoint;
        let receive = post(move |app: State<App>, origin: Origin, query: RawQuery, headers: HeaderMap, body: Body| {
            ingest::receive_captures(endpoint, app, origin, query, headers, body)
        });
        router.route(&format!("/{endpoint}"), receive.clone()).route(&format!("/{endpoint}/"), receive)
    });
    let router = ["flags", "decide"].iter().fold(router, |router, name| {
        let answer = post(ingest::receive_flags_question);
        router.route(&format!("/{name}"), answer.clone()).route(&format!("/{name}/"), answer)
    });
    let router = aptabase::Endpoint::ALL.iter().fold(router, |router, endpoint| {
        let endpoint = *endpoint;
        let receive = post(move |app: State<App>, origin: Origin, headers: HeaderMap, body: Body| {
            ingest::receive_items(endpoint, app, origin, headers, body)
        });
        router.route(&format!("/api/v0/{endpoint}"), receive.clone()).route(&format!("/api/v0/{endpoint}/"), receive)
    });
    let router = otlp::Signal::ALL.iter().fold(router, |router, signal| {
        let signal = *signal;
        let receive = post(move |app: State<App>, origin: Origin, headers: HeaderMap, body: Body| {
            ingest::receive_export(signal, app, origin, headers, body)
        });
        router.route(&format!("/v1/{signal}"), receive.clone()).route(&format!("/v1/{signal}/"), receive)
    });
    let minidump = post(ingest::receive_minidump);
    let router = router.route("/api/{id}/minidump", minidump.clone()).route("/api/{id}/minidump/", minidump);
    sentry::Endpoint::ALL.iter().fold(router, |router, endpoint| {
        let endpoint = *endpoint;
        let receive = post(move |app: State<App>, origin: Origin, query: RawQuery, headers: HeaderMap, body: Body| {
            ingest::receive_envelope(endpoint, app, origin, query, headers, body)
        });
        router
            .route(&format!("/api/{{id}}/{endpoint}"), receive.clone())
            .route(&format!("/api/{{id}}/{endpoint}/"), receive)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_of_the_protocol_is_in_the_list_of_routes() {
        let segment = segment::Endpoint::ALL.iter().map(|endpoint| format!("/v1/{endpoint}"));
        let sentry = sentry::Endpoint::ALL.iter().map(|endpoint| format!("/api/{{id}}/{endpoint}/"));
        let posthog = posthog::Endpoint::ALL.iter().map(|endpoint| format!("/{endpoint}"));
        let aptabase = aptabase::Endpoint::ALL.iter().map(|endpoint| format!("/api/v0/{endpoint}"));
        let otlp = otlp::Signal::ALL.iter().map(|signal| format!("/v1/{signal}"));
        for path in segment.chain(sentry).chain(posthog).chain(aptabase).chain(otlp) {
            let is_it = |known: &str| known.trim_end_matches('/') == path.trim_end_matches('/');
            assert!(ROUTES.iter().any(|(method, known, _)| *method == "POST" && is_it(known)), "{path}");
        }
    }
}
