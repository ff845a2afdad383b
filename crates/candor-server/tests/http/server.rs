//! A collector in a temporary directory, and a client that says exactly what it is told to.

use candor_server::{App, Limits, Listeners, OriginOptions, Tls};
use candor_store::{CreatedProject, IdentityPolicy, NewProject, NewToken, ProjectMode, StoreOptions};
use serde_json::Value;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running collector with one project.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) app: Option<App>,
    pub(crate) project: CreatedProject,
    runtime: Runtime,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
    dir: TempDir,
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of a refusal, whose body must be complete.
    pub(crate) fn code(&self) -> String {
        let body = self.json();
        assert_eq!(body["success"], false, "{self:?}");
        assert!(body["message"].is_string() && body["detail"].is_string(), "{self:?}");
        body["code"].as_str().unwrap().to_owned()
    }
}

impl Server {
    /// A collector with an open project.
    pub(crate) fn start() -> Self {
        Self::start_with(Limits::default(), ProjectMode::Open, None)
    }

    pub(crate) fn start_with(limits: Limits, mode: ProjectMode, manifest: Option<String>) -> Self {
        Self::start_by(None, limits, OriginOptions::default(), mode, manifest)
    }

    /// A collector with an open project and this store.
    pub(crate) fn start_on(store: StoreOptions) -> Self {
        Self::start_by_all(None, (Limits::default(), store), OriginOptions::default(), ProjectMode::Open, None)
    }

    /// A collector that speaks TLS.
    pub(crate) fn start_secure(tls: Tls) -> Self {
        Self::start_by(Some(tls), Limits::default(), OriginOptions::default(), ProjectMode::Open, None)
    }

    /// A collector with an open project that knows proxies and countries.
    pub(crate) fn start_from(origin: OriginOptions) -> Self {
        Self::start_by(None, Limits::default(), origin, ProjectMode::Open, None)
    }

    /// An open project, with these limits and this view of proxies.
    pub(crate) fn start_as(limits: Limits, origin: OriginOptions) -> Self {
        Self::start_by(None, limits, origin, ProjectMode::Open, None)
    }

    fn start_by(
        tls: Option<Tls>,
        limits: Limits,
        origin: OriginOptions,
        mode: ProjectMode,
        manifest: Option<String>,
    ) -> Self {
        Self::start_by_all(tls, (limits, StoreOptions::for_testing()), origin, mode, manifest)
    }

    fn start_by_all(
        tls: Option<Tls>,
        (limits, store): (Limits, StoreOptions),
        origin: OriginOptions,
        mode: ProjectMode,
        manifest: Option<String>,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let runtime = Runtime::new().unwrap();
        let (stop, stopped) = oneshot::channel();
        let (app, address, project, serving) = runtime.block_on(async {
            let app = App::open_with(dir.path(), limits, store, origin).await.unwrap();
            let new = NewProject { name: "inventory".to_owned(), mode, manifest, identity: IdentityPolicy::Stable };
            let project = app.catalog().create_project(new).await.unwrap();
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let shutdown = async {
                let _ = stopped.await;
            };
            let serving =
                tokio::spawn(candor_server::serve(Listeners::new(listener).with_tls(tls), app.clone(), shutdown));
            (app, address, project, serving)
        });
        Self { address, app: Some(app), project, runtime, stop: Some(stop), serving: Some(serving), dir }
    }

    pub(crate) fn dir(&self) -> &std::path::Path {
        self.dir.path()
    }

    pub(crate) fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    /// Another open project.
    pub(crate) fn create_project(&self, name: &str) -> CreatedProject {
        let new = NewProject {
            name: name.to_owned(),
            mode: ProjectMode::Open,
            manifest: None,
            identity: IdentityPolicy::Stable,
        };
        self.block_on(self.app().catalog().create_project(new)).unwrap()
    }

    /// A token of one project or of all that may do this.
    pub(crate) fn create_token(&self, project: Option<&str>, scopes: &str) -> String {
        let project = project.map(str::to_owned);
        let new = NewToken { project, scopes: scopes.parse().unwrap(), label: String::new(), ends: None };
        self.block_on(self.app().catalog().create_token(new)).unwrap().token
    }

    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Stops it, and starts another one on its directory.
    pub(crate) fn restart(&mut self) {
        self.halt();
        self.start_again();
    }

    /// Stops it, and leaves its directory to whoever wants to look at it.
    pub(crate) fn halt(&mut self) {
        self.stop();
        let app = self.app.take().unwrap();
        assert_eq!(app.panics(), 0, "a handler panicked");
        self.runtime.block_on(app.close()).unwrap();
    }

    /// Starts another one on the directory of one that was halted.
    pub(crate) fn start_again(&mut self) {
        let (stop, stopped) = oneshot::channel();
        let dir = self.dir.path();
        let (app, address, serving) = self.runtime.block_on(async {
            let app = App::open(dir, Limits::default(), StoreOptions::for_testing()).await.unwrap();
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let shutdown = async {
                let _ = stopped.await;
            };
            let serving = tokio::spawn(candor_server::serve(Listeners::new(listener), app.clone(), shutdown));
            (app, address, serving)
        });
        (self.app, self.address) = (Some(app), address);
        (self.stop, self.serving) = (Some(stop), Some(serving));
    }

    /// Tells the server to stop, without waiting for it.
    pub(crate) fn begin_to_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Waits until the server has stopped.
    pub(crate) fn stop(&mut self) {
        self.begin_to_stop();
        if let Some(serving) = self.serving.take() {
            self.runtime.block_on(serving).unwrap();
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// Sends bytes on a connection of their own and reads one answer.
    pub(crate) fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request).unwrap();
        read_answer(&mut stream)
    }

    /// A request with a body of known length.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.raw(&request(method, path, headers, body))
    }

    /// A batch with the project's key.
    pub(crate) fn batch(&self, body: impl AsRef<[u8]>) -> Answer {
        self.batch_with(&[], body)
    }

    pub(crate) fn batch_with(&self, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
        let authorization = self.authorization();
        let mut all = vec![("authorization", authorization.as_str())];
        all.extend(headers);
        self.send("POST", "/v1/batch", &all, body.as_ref())
    }

    pub(crate) fn authorization(&self) -> String {
        format!("Bearer {}", self.project.write_key)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let authorization = format!("Bearer {}", self.project.token);
        self.send("GET", path, &[("authorization", &authorization)], b"")
    }

    pub(crate) fn sql(&self, sql: &str) -> Answer {
        self.sql_by(&self.project.token, sql)
    }

    /// SQL that is asked with this token.
    pub(crate) fn sql_by(&self, token: &str, sql: &str) -> Answer {
        let authorization = format!("Bearer {token}");
        let body = serde_json::json!({ "sql": sql }).to_string();
        self.send("POST", "/api/v1/sql", &[("authorization", &authorization)], body.as_bytes())
    }

    /// The rows that a query gives.
    pub(crate) fn rows(&self, sql: &str) -> Value {
        let answer = self.sql(sql);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["rows"].clone()
    }

    /// How many of the project's items ended so: `("dropped", "missing_type")`.
    pub(crate) fn outcome(&self, outcome: &str, reason: &str) -> u64 {
        let pipeline = self.get("/api/v1/projects/inventory/pipeline").json();
        let rows = pipeline["rows"].as_array().unwrap();
        let matching = rows.iter().filter(|row| row["outcome"] == outcome && row["reason"] == reason);
        matching.map(|row| row["count"].as_u64().unwrap()).sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.stop();
        let app = self.app.take().unwrap();
        assert_eq!(app.panics(), 0, "a handler panicked");
        self.runtime.block_on(app.close()).unwrap();
    }
}

/// The bytes of a request with a body of known length.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

/// Reads one answer; the connection may stay open behind it.
pub(crate) fn read_answer(stream: &mut impl Read) -> Answer {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        let read = stream.read(&mut byte).unwrap();
        assert!(read > 0, "the connection ended in the head: {:?}", String::from_utf8_lossy(&bytes));
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut body = vec![0; headers.get("content-length").map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    // A Parquet file is no text; what is looked at in it is.
    Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
}

/// An event as foreign clients send it.
pub(crate) fn event(id: &str) -> String {
    format!(
        r#"{{"type": "track", "event": "opened", "anonymousId": "a", "messageId": "{id}", "properties": {{"n": 1}}}}"#
    )
}

/// A batch of these items.
pub(crate) fn batch(items: &[String]) -> String {
    format!(r#"{{"batch": [{}]}}"#, items.join(","))
}
