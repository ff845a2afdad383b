//! The demo's collector: the real one, in this process, on a free loopback port.

use std::{path::Path, time::Duration};

use candor_report::{Query, Report, ReportName};
use candor_server::{App, Limits, Listeners, Scope};
use candor_store::{IdentityPolicy, NewProject, ProjectMode, StoreOptions};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::ledger::Ledger;
use crate::{commands::manifest, failure::Failure};

/// The project's name; the manifest's too.
const PROJECT: &str = "inventory";

/// How often the reports are asked, and how long to wait for what was already handed to the collector.
const ASK_EVERY: Duration = Duration::from_millis(100);
const ASKS: usize = 100;

/// A running collector with the project of the reference tool.
pub(crate) struct DemoCollector {
    app: App,
    url: String,
    data: String,
    token: String,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl DemoCollector {
    /// Starts it with its data in `folder` and the project that `manifest` describes.
    pub(crate) async fn start(folder: &Path, manifest: &Path) -> Result<Self, Failure> {
        let data = folder.join("collector");
        let app = App::open(&data, Limits::default(), StoreOptions::default()).await?;
        let manifest = manifest::read(manifest)?;
        let declared = Some(manifest.to_json().to_string());
        let project = NewProject {
            name: PROJECT.to_owned(),
            mode: ProjectMode::Strict,
            manifest: declared,
            identity: IdentityPolicy::Stable,
        };
        let created = app.catalog().create_project(project).await?;
        // The tool was built with the key of its manifest; the project takes that one too.
        app.catalog().add_key(PROJECT, &manifest.application.write_key).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        let serving = tokio::spawn(candor_server::serve(Listeners::new(listener), app.clone(), shutdown));
        let data = data.display().to_string();
        Ok(Self { app, url, data, token: created.token, stop, serving })
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A report about today and the days before.
    pub(crate) async fn report(&self, name: ReportName) -> Result<Report, Failure> {
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let query = Query::last_days(PROJECT, today, 30)?;
        let session = self.app.store().session().await?;
        Ok(candor_report::run(&session, name, &query).await?)
    }

    /// What the reports say, as soon as it is as much as `expected`, or after ten seconds.
    pub(crate) async fn wait_for(&self, expected: &Ledger) -> Result<Ledger, Failure> {
        let mut reported = Ledger::default();
        for _ in 0..ASKS {
            let operations = serde_json::to_value(self.report(ReportName::Operations).await?)?;
            let versions = serde_json::to_value(self.report(ReportName::Versions).await?)?;
            reported = Ledger::from_reports(&operations, &versions);
            if reported.total() >= expected.total() {
                break;
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
        Ok(reported)
    }

    /// A link to the dashboard that works once.
    pub(crate) fn signin_link(&self) -> Result<String, Failure> {
        let path = self.app.signin_path(Scope::Project(PROJECT.into()))?;
        Ok(format!("{}{path}", self.url))
    }

    /// Commands that ask this collector from another terminal.
    pub(crate) fn commands(&self) -> [String; 3] {
        let (data, url, token) = (&self.data, &self.url, &self.token);
        [
            format!("candor report operations --project {PROJECT} --data {data}"),
            format!("candor report versions --project {PROJECT} --url {url} --token {token} --json"),
            format!("candor sql \"SELECT name, sum(count) FROM facts GROUP BY name\" --data {data}"),
        ]
    }

    /// Stops it; its data goes with the temporary folder.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        let _ = self.stop.send(());
        self.serving.await?;
        Ok(self.app.close().await?)
    }
}
