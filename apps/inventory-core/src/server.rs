//! The server's life: it opens the inventory, listens, keeps the schedule, and ends when it is told to.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use inventory_store::{
    database::{Database, DatabaseError},
    with_causes,
};
use serde_json::json;
use tokio::{
    net::TcpListener,
    runtime::Runtime,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use crate::{
    cli::Cli, config::Settings, core::Core, history, http, inventory::apart, job::keep_schedule, output::print,
    telemetry::Usage,
};

/// How long requests and jobs in work may go on after the server was told to end. A container is killed ten seconds after.
const DRAIN: Duration = Duration::from_secs(8);

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// [`ServerError`] where it cannot begin.
pub(crate) fn run(settings: Settings, usage: Usage, cli: &Cli) -> Result<(), ServerError> {
    let runtime = Runtime::new().map_err(ServerError::Runtime)?;
    let core = Arc::new(Core::new(settings, usage));
    let result = runtime.block_on(serve(&core, cli));
    if let Err(ServerError::Database(error)) = &result {
        core.usage.database_failed(error);
    }
    // What is still in work then is given up; a transaction that is not complete has changed nothing.
    runtime.shutdown_timeout(DRAIN);
    core.usage.stopped();
    result
}

async fn serve(core: &Arc<Core>, cli: &Cli) -> Result<(), ServerError> {
    // Signals first, so that none is lost.
    let terminate = signal(SignalKind::terminate()).map_err(ServerError::Signal)?;
    let interrupt = signal(SignalKind::interrupt()).map_err(ServerError::Signal)?;
    let location = core.settings.database.clone();
    apart(move || Database::create_or_open(&location).and_then(|mut database| history::define(&mut database))).await?;

    let listen = core.settings.listen;
    let listener = TcpListener::bind(listen).await.map_err(|source| ServerError::Listen { listen, source })?;
    let address = listener.local_addr().map_err(|source| ServerError::Listen { listen, source })?;
    print(&announcement(address, cli.json)).map_err(ServerError::Output)?;
    core.usage.started(cli.heartbeats);

    let (stop, mut stopped) = watch::channel(false);
    let stopping = async move {
        // The sender lives as long as this function.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let requests = axum::serve(listener, http::router(Arc::clone(core))).with_graceful_shutdown(stopping);
    let requests = tokio::spawn(requests.into_future());
    let schedule = tokio::spawn(keep_schedule(Arc::clone(core)));
    tracing::info!(database = %core.settings.database, jobs = core.settings.jobs.len(), "started");

    let ended = tokio::select! {
        () = told_to_stop(terminate, interrupt) => Ok(()),
        ended = schedule => ended.unwrap_or(Ok(())).map_err(ServerError::Database),
    };
    if let Err(error) = &ended {
        tracing::error!("{}", with_causes(error));
    }
    tracing::info!("stopping: requests in work may finish");
    let _ = stop.send(true);
    if tokio::time::timeout(DRAIN, requests).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    ended
}

fn announcement(address: SocketAddr, as_json: bool) -> String {
    let url = format!("http://{address}");
    if as_json { format!("{}\n", json!({"listening": url})) } else { format!("inventory-core listening on {url}\n") }
}

async fn told_to_stop(mut terminate: Signal, mut interrupt: Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServerError {
    /// There are no threads.
    #[error("cannot start")]
    Runtime(#[source] io::Error),
    /// Signals cannot be waited for.
    #[error("cannot wait for signals")]
    Signal(#[source] io::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// The inventory cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Standard output cannot be written.
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
}
