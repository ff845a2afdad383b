//! Connections: accepting them, bounding them, and letting them end when the collector stops.

use crate::admission::Fair;
use crate::app::App;
use crate::origin::{ClientAddress, Sender};
use crate::routes;
use crate::tls::Tls;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// How long accepting pauses after an error such as "too many open files", which lasts until something is closed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What a connection beyond the bound is told. In one write, and then it is closed.
const TOO_MANY_CONNECTIONS: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\n\
    x-sentry-rate-limits: 1::organization\r\nconnection: close\r\n\
    content-type: application/json\r\ncontent-length: 89\r\n\r\n\
    {\"success\":false,\"code\":\"overloaded\",\"message\":\"too many connections\",\"detail\":\"\"}       ";

/// Where a collector listens.
#[derive(Debug)]
pub struct Listeners {
    public: TcpListener,
    tls: Option<Tls>,
    metrics: Option<TcpListener>,
}

impl Listeners {
    /// One address for everything, without encryption.
    #[must_use]
    pub fn new(public: TcpListener) -> Self {
        Self { public, tls: None, metrics: None }
    }

    /// With TLS, which that address speaks alone then.
    #[must_use]
    pub fn with_tls(mut self, tls: Option<Tls>) -> Self {
        self.tls = tls;
        self
    }

    /// With an address of their own for the metrics, which are nowhere else then. It has no TLS.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Option<TcpListener>) -> Self {
        self.metrics = metrics;
        self
    }
}

/// Connections at once to the address of the metrics: a few watchers, and whoever looks by hand.
const METRICS_CONNECTIONS: usize = 32;

/// Serves `app` until `shutdown` is ready; then finishes the requests in work and returns.
///
/// Nothing is lost when it returns: what was answered with 2xx is on the disk, and the counts of outcomes are written.
/// Connections that still work when the drain deadline ends are cut.
pub async fn serve(listeners: Listeners, app: App, shutdown: impl Future<Output = ()>) {
    let Listeners { public, tls, metrics } = listeners;
    let (stop, stopping) = watch::channel(());
    let writer = tokio::spawn(app.clone().write_outcomes(stopping.clone()));
    let upkeep = tokio::spawn(app.clone().keep_up(stopping.clone()));
    let follower = tls.clone().map(|tls| tokio::spawn(tls.follow()));
    let router = routes::router(app.clone(), metrics.is_none());
    let watched = metrics.map(|listener| {
        let (router, stopping) = (routes::watched(app.clone()), stopping.clone());
        let door = Door {
            slots: Fair::new(METRICS_CONNECTIONS),
            serving: Serving { tls: None, router, app: app.clone(), stopping: stopping.clone() },
        };
        tokio::spawn(door.serve_watchers(listener, stopping))
    });
    let serving = Serving { tls, router, app: app.clone(), stopping };
    let mut connections =
        Door { slots: Fair::new(app.limits().connections), serving }.accept_until(&public, shutdown).await;
    drop(public);
    if let Some(follower) = follower {
        follower.abort();
    }

    tracing::info!(connections = connections.len(), "stopping: no new connections, finishing what is in work");
    drop(stop);
    finish(&mut connections, &app).await;
    if let Err(error) = writer.await {
        tracing::error!(%error, "the writer of outcomes ended early");
    }
    if let Err(error) = upkeep.await {
        tracing::error!(%error, "the upkeep ended early");
    }
    if let Some(watched) = watched
        && let Err(error) = watched.await
    {
        tracing::error!(%error, "the metrics ended early");
    }
    app.flush_outcomes().await;
}

/// Lets connections come to their end, until the drain deadline.
async fn finish(connections: &mut JoinSet<()>, app: &App) {
    let ends = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(app.limits().drain_deadline, ends).await.is_err() {
        tracing::warn!(connections = connections.len(), "connections that still work at the drain deadline are cut");
        connections.shutdown().await;
    }
}

/// Where connections come in, and what they are given.
struct Door {
    slots: Arc<Fair>,
    serving: Serving,
}

impl Door {
    /// Accepts those who watch, until the collector stops.
    async fn serve_watchers(self, listener: TcpListener, mut stopping: watch::Receiver<()>) {
        let app = self.serving.app.clone();
        let stopped = async {
            let _ = stopping.changed().await;
        };
        let mut connections = self.accept_until(&listener, stopped).await;
        finish(&mut connections, &app).await;
    }

    /// Accepts connections until `shutdown` is ready; gives back those that are still open.
    async fn accept_until(self, listener: &TcpListener, shutdown: impl Future<Output = ()>) -> JoinSet<()> {
        let Self { slots, serving } = self;
        let shared = serving.app.clone();
        let shared = shared.shared();
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut shutdown => return connections,
            };
            while connections.try_join_next().is_some() {}
            let (stream, peer) = match accepted {
                Ok((stream, address)) => (stream, ClientAddress::of_peer(address)),
                Err(error) => {
                    if !is_the_clients(&error) {
                        tracing::warn!(%error, "could not accept a connection");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                    continue;
                }
            };
            let sender = shared.origins.connection(&peer);
            match slots.hold(sender.map(Sender::number), 1) {
                Some(slot) => {
                    let connection = serving.clone().open(stream, peer);
                    let open = shared.metrics.connections.clone();
                    open.inc();
                    connections.spawn(async move {
                        connection.await;
                        open.dec();
                        drop(slot);
                    });
                }
                None => refuse(stream).await,
            }
        }
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Serving {
    tls: Option<Tls>,
    router: Router,
    app: App,
    stopping: watch::Receiver<()>,
}

impl Serving {
    /// Serves a connection that was just accepted: by TLS where that is set, else as it is.
    async fn open(self, stream: TcpStream, peer: ClientAddress) {
        // With Nagle's algorithm an answer in two writes waits for the client's delayed acknowledgement.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "could not set TCP_NODELAY");
        }
        let Some(tls) = &self.tls else { return self.answer(stream, peer).await };
        // A handshake is the head of a connection: who is slow with it holds a place as long, and no longer.
        match tokio::time::timeout(self.app.limits().head_deadline, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.answer(stream, peer).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    /// Answers the requests of one connection, one after the other, until it ends or the collector stops.
    async fn answer(self, stream: impl AsyncRead + AsyncWrite + Unpin + 'static, peer: ClientAddress) {
        let Self { router, app, mut stopping, .. } = self;
        let limits = app.limits();
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(limits.head_deadline).max_buf_size(limits.head_bytes);
        // Here the address ends: what the router gets has an `Origin` in its place.
        let (peer, origins) = (Arc::new(peer), app.clone());
        let service = router.map_request(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            let origin = origins.shared().origins.of_request(&peer, request.headers_mut());
            request.extensions_mut().insert(origin);
            request
        });
        let mut connection = pin!(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
        let result = tokio::select! {
            result = connection.as_mut() => result,
            _ = stopping.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = result {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// Whether an accept failed by the client's doing; the next one may be fine.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

async fn refuse(mut stream: TcpStream) {
    // The send buffer of a new connection takes it whole, so this does not wait; a client that is gone gets nothing.
    let _ = stream.write_all(TOO_MANY_CONNECTIONS).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_announces_the_length_that_it_has() {
        let text = String::from_utf8_lossy(TOO_MANY_CONNECTIONS);
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains(&format!("content-length: {}", body.len())), "{}", body.len());
        let json: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(json["code"], "overloaded");
    }
}
