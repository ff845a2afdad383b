use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use candor_server::{App, CountryDatabase, Detail, Limits, Listeners, OriginOptions, Scope, Tls, TrustedProxies};
use candor_store::StoreOptions;
use clap::{Args, ValueEnum};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{block_on, maintain};
use crate::config::Effective;
use crate::failure::{Failure, While};
use crate::{memory, output};

/// What is logged unless `CANDOR_LOG` says otherwise: our own words, and only trouble from the libraries.
const DEFAULT_LOG: &str = "warn,candor=info,candor_server=info,candor_store=info";

const EXAMPLES: &str = "\
Examples:
  candor serve --data ./candor-data
  candor serve --data /var/lib/candor --listen 0.0.0.0:8700 --log-format json
  candor serve --data /var/lib/candor --tls-certificate fullchain.pem --tls-key privkey.pem
  candor serve --config /etc/candor/collector.toml
  candor serve --config /etc/candor/collector.toml --print-config

It prints `candor listening on http://ADDRESS` on stdout once it is ready; the log goes to
stderr (CANDOR_LOG=debug says more). SIGTERM and SIGINT let the requests in work finish; a
certificate is read again when it was written, and at SIGHUP.
One process owns a data directory.";

/// Run the collector
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Serve {
    /// The data directory; it is made if it is missing
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA")]
    data: PathBuf,
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", env = "CANDOR_LISTEN", default_value = "127.0.0.1:8700")]
    listen: SocketAddr,
    /// An address of its own for /metrics, which is nowhere else then; without TLS, so keep it private
    #[arg(long, value_name = "ADDRESS", env = "CANDOR_METRICS_LISTEN")]
    metrics_listen: Option<SocketAddr>,
    /// The certificate with its chain in PEM: the collector then speaks TLS alone
    #[arg(long, value_name = "FILE", env = "CANDOR_TLS_CERTIFICATE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// The certificate's private key in PEM
    #[arg(long, value_name = "FILE", env = "CANDOR_TLS_KEY", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// How old rows may get before they are committed to the tables, in seconds (they are on disk and visible at once)
    #[arg(long, value_name = "SECONDS", env = "CANDOR_FLUSH_INTERVAL", default_value_t = default_flush_seconds())]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=3600))]
    flush_interval: u64,
    /// How many rows may wait before they are committed to the tables
    #[arg(long, value_name = "ROWS", env = "CANDOR_FLUSH_ROWS", default_value_t = StoreOptions::default().flush_rows)]
    flush_rows: usize,
    /// Days that single events are kept, and what tells installations apart
    #[arg(long, value_name = "DAYS", env = "CANDOR_KEEP_EVENTS", default_value_t = StoreOptions::default().keep_events)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=36_500))]
    keep_events: u32,
    /// Days that sums are kept, which say nothing of single events
    #[arg(long, value_name = "DAYS", env = "CANDOR_KEEP_SUMS", default_value_t = StoreOptions::default().keep_sums)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=36_500))]
    keep_sums: u32,
    /// Days that minidumps are kept, of projects that keep them
    #[arg(long, value_name = "DAYS", env = "CANDOR_KEEP_MINIDUMPS", default_value_t = maintain::default_minidump_days())]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=36_500))]
    keep_minidumps: u32,
    /// How often it is looked for files to put together, in seconds
    #[arg(long, value_name = "SECONDS", env = "CANDOR_MAINTENANCE_INTERVAL", default_value_t = 600)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=86_400))]
    maintenance_interval: u64,
    /// Proxies whose X-Forwarded-For or Forwarded is believed: networks such as 10.0.0.0/8, with commas
    #[arg(long, value_name = "NETWORKS", env = "CANDOR_TRUSTED_PROXIES")]
    trusted_proxies: Option<TrustedProxies>,
    /// The database of countries, a MaxMind DB file [default: DIR/geo/country.mmdb, see `candor geo`]
    #[arg(long, value_name = "FILE", env = "CANDOR_GEO")]
    geo: Option<PathBuf>,
    /// How much of where clients are is kept
    #[arg(long, value_enum, value_name = "DETAIL", env = "CANDOR_GEO_DETAIL", default_value_t = GeoDetail::Country)]
    geo_detail: GeoDetail,
    #[command(flatten)]
    rates: Rates,
    /// How long a query may run, in seconds
    #[arg(long, value_name = "SECONDS", env = "CANDOR_QUERY_TIMEOUT")]
    #[arg(default_value_t = Limits::default().query_deadline.as_secs(), value_parser = clap::value_parser!(u64).range(1..=3600))]
    query_timeout: u64,
    /// Memory in which all queries together sort, group and join, in MiB; what does not fit goes to disk
    #[arg(long, value_name = "MIB", env = "CANDOR_QUERY_MEMORY")]
    #[arg(default_value_t = (Limits::default().query_memory_bytes >> 20) as u64, value_parser = clap::value_parser!(u64).range(16..=1 << 20))]
    query_memory: u64,
    /// How the log is written
    #[arg(long, value_enum, env = "CANDOR_LOG_FORMAT", default_value_t = LogFormat::Text)]
    log_format: LogFormat,
    /// A file of settings in TOML: what the flags here are called, with `_` for `-`
    #[arg(long, value_name = "FILE", env = "CANDOR_CONFIG")]
    config: Option<PathBuf>,
    /// Print every setting with what decided it, and every bound with its reason, and exit
    #[arg(long)]
    print_config: bool,
    /// The settings as they hold, for `print_config`.
    #[arg(skip)]
    pub(crate) effective: Vec<Effective>,
}

/// Bounds that depend on whom the collector serves. Each may have saved up a minute of it.
#[derive(Debug, Args)]
struct Rates {
    /// Requests with events a second of one address; this machine's own are not counted
    #[arg(long, value_name = "NUMBER", env = "CANDOR_SENDER_REQUESTS_PER_SECOND")]
    #[arg(default_value_t = Limits::default().sender_requests_per_second)]
    sender_requests_per_second: u32,
    /// Events a second of one address
    #[arg(long, value_name = "NUMBER", env = "CANDOR_SENDER_EVENTS_PER_SECOND")]
    #[arg(default_value_t = Limits::default().sender_events_per_second)]
    sender_events_per_second: u32,
    /// Requests with events a second of one project
    #[arg(long, value_name = "NUMBER", env = "CANDOR_PROJECT_REQUESTS_PER_SECOND")]
    #[arg(default_value_t = Limits::default().project_requests_per_second)]
    project_requests_per_second: u32,
    /// Events a second of one project
    #[arg(long, value_name = "NUMBER", env = "CANDOR_PROJECT_EVENTS_PER_SECOND")]
    #[arg(default_value_t = Limits::default().project_events_per_second)]
    project_events_per_second: u32,
}

impl Rates {
    fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        limits.sender_requests_per_second = self.sender_requests_per_second;
        limits.sender_events_per_second = self.sender_events_per_second;
        limits.project_requests_per_second = self.project_requests_per_second;
        limits.project_events_per_second = self.project_events_per_second;
        limits
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LogFormat {
    /// For people
    Text,
    /// For machines, an object a line
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum GeoDetail {
    /// The country
    Country,
    /// The region in it too, where the database has it
    Region,
}

fn default_flush_seconds() -> u64 {
    StoreOptions::default().flush_interval.as_secs()
}

async fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .or_failed_to(|| format!("listen on {address} (another program may have it: choose another with {flag})"))
}

/// Reads the certificate again at each SIGHUP, as whoever renews certificates expects. Without one there is nothing to
/// read, and the signal ends nothing.
async fn reload_on_hangup(mut hangup: Signal, tls: Option<Tls>) {
    while hangup.recv().await.is_some() {
        match tls.as_ref().map(Tls::reload) {
            Some(Err(error)) => tracing::error!(%error, "the certificate cannot be used; the one before stays"),
            Some(Ok(())) => {}
            None => tracing::info!("SIGHUP: nothing to read again"),
        }
    }
}

impl Serve {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if self.print_config {
            return output::print(&self.printed_config());
        }
        self.start_log()?;
        memory::keep_small();
        block_on(self.serve())
    }

    async fn serve(self) -> Result<(), Failure> {
        // Signals first, so that none is lost while the journal is replayed.
        let mut terminate = signal(SignalKind::terminate()).or_failed_to(|| "listen for SIGTERM".to_owned())?;
        let mut interrupt = signal(SignalKind::interrupt()).or_failed_to(|| "listen for SIGINT".to_owned())?;
        let hangup = signal(SignalKind::hangup()).or_failed_to(|| "listen for SIGHUP".to_owned())?;
        let tls = self.tls()?;
        let app = App::open_with(&self.data, self.limits(), self.store_options(), self.origin_options()?).await?;
        let listener = listen(self.listen, "--listen").await?;
        let metrics = match self.metrics_listen {
            Some(address) => Some(listen(address, "--metrics-listen").await?),
            None => None,
        };
        if let Some(metrics) = &metrics {
            tracing::info!("metrics on http://{}/metrics", metrics.local_addr()?);
        }
        let address = listener.local_addr()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        output::print(&format!("candor listening on {scheme}://{address}"))?;
        if app.catalog().projects().await?.is_empty() {
            let path = app.signin_path(Scope::Everything)?;
            tracing::info!(
                "no project yet: make one with `candor project create NAME --data {}`, and look at \
                 {scheme}://{address}{path} (works once, within an hour)",
                self.data.display()
            );
        }
        let shutdown = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        let reloading = tokio::spawn(reload_on_hangup(hangup, tls.clone()));
        let listeners = Listeners::new(listener).with_tls(tls).with_metrics(metrics);
        candor_server::serve(listeners, app.clone(), shutdown).await;
        reloading.abort();
        app.close().await?;
        tracing::info!("stopped");
        Ok(())
    }

    fn limits(&self) -> Limits {
        let mut limits = self.rates.limits();
        limits.keep_minidumps = maintain::days(self.keep_minidumps);
        limits.query_deadline = Duration::from_secs(self.query_timeout);
        limits.query_memory_bytes = usize::try_from(self.query_memory << 20).unwrap_or(usize::MAX);
        limits
    }

    fn tls(&self) -> Result<Option<Tls>, Failure> {
        let Some((certificate, key)) = self.tls_certificate.as_deref().zip(self.tls_key.as_deref()) else {
            return Ok(None);
        };
        Ok(Some(Tls::load(certificate, key).or_failed_to(|| "use the certificate".to_owned())?))
    }

    fn store_options(&self) -> StoreOptions {
        let mut options = StoreOptions::default();
        options.flush_interval = Duration::from_secs(self.flush_interval);
        options.flush_rows = self.flush_rows;
        (options.keep_events, options.keep_sums) = (self.keep_events, self.keep_sums);
        options.maintenance_interval = Some(Duration::from_secs(self.maintenance_interval));
        options
    }

    /// A database of countries that is named must be there; the one of the data directory may come later.
    fn origin_options(&self) -> Result<OriginOptions, Failure> {
        if let Some(named) = &self.geo {
            std::fs::metadata(named).or_failed_to(|| format!("use the countries in {}", named.display()))?;
        }
        let mut options = OriginOptions::default();
        options.trusted_proxies = self.trusted_proxies.clone().unwrap_or_default();
        options.countries = self.geo.clone();
        options.detail = match self.geo_detail {
            GeoDetail::Country => Detail::Country,
            GeoDetail::Region => Detail::Region,
        };
        Ok(options)
    }

    fn start_log(&self) -> Result<(), Failure> {
        let filter = match std::env::var("CANDOR_LOG") {
            Ok(directives) => EnvFilter::try_new(directives)
                .map_err(|error| Failure::usage(format!("CANDOR_LOG is no list of targets and levels: {error}")))?,
            Err(_) => EnvFilter::new(DEFAULT_LOG),
        };
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
        match self.log_format {
            LogFormat::Text => log.with_ansi(colour).init(),
            LogFormat::Json => log.json().flatten_event(true).init(),
        }
        Ok(())
    }

    /// What is known of the database of countries, in a line.
    fn countries(&self) -> String {
        let file = self.geo.clone().unwrap_or_else(|| CountryDatabase::default_file(&self.data));
        match CountryDatabase::open(&file) {
            Ok(database) => {
                let (kind, built, licence) = (database.kind(), database.built(), database.licence());
                format!("{kind}, built {built}, licence: {licence} ({})", file.display())
            }
            Err(_) => format!("unknown, as there is no database at {}; see `candor geo update`", file.display()),
        }
    }

    /// The settings as a file that `--config` takes, and the bounds with their reasons.
    fn printed_config(&self) -> String {
        let mut text = match &self.config {
            Some(path) => format!("# With the settings in {}.\n\n", path.display()),
            None => String::new(),
        };
        for Effective { key, value, source, help } in &self.effective {
            match value {
                Some(value) => text.push_str(&format!("# {help} ({source})\n{key} = {value}\n")),
                None => text.push_str(&format!("# {help} (not set)\n# {key} =\n")),
            }
        }
        text.push_str(&format!("\n# Countries: {}\n", self.countries()));
        text.push_str("\n# Bounds, which are the same everywhere:\n");
        for limit in self.limits().described() {
            text.push_str(&format!("#\n# {}\n# {} = \"{}\"\n", limit.reason, limit.name, limit.value));
        }
        text
    }
}
