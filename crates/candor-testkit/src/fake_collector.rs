//! A collector that remembers what it was sent, and answers as the test wants.

use std::{
    collections::VecDeque,
    io::{self, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::{Request, wait_until};

/// How a request is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    /// With this status and an empty body.
    Status(u16),
    /// With this status and one more header.
    WithHeader(u16, &'static str, String),
    /// Never: the connection stays open for as long as the collector lives.
    Never,
    /// By closing the connection.
    Close,
}

/// A real server on a port of its own. It accepts everything once its script has come to its end.
#[derive(Debug)]
pub struct FakeCollector {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    requests: Vec<Request>,
    script: VecDeque<Reply>,
    held: Vec<TcpStream>,
    has_ended: bool,
}

impl FakeCollector {
    /// A collector that accepts everything.
    #[must_use]
    pub fn start() -> Self {
        Self::answering([])
    }

    /// A collector that gives these answers first.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn answering(script: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Mutex::new(Shared { script: script.into_iter().collect(), ..Shared::default() }));
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if lock(&accepting).has_ended {
                    return;
                }
                let shared = Arc::clone(&accepting);
                // A client that goes away in the middle is part of what is tested.
                thread::spawn(move || drop(serve(stream, &shared)));
            }
        });
        Self { address, shared }
    }

    /// An address at which nobody listens.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn refusing_endpoint() -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        format!("http://{}", listener.local_addr().expect("a bound socket has an address"))
    }

    /// The base URL.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything that has arrived, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.shared).requests.clone()
    }

    /// Waits until this many requests have arrived.
    pub fn wait_for_requests(&self, count: usize) -> Vec<Request> {
        wait_until("requests", || Some(self.requests()).filter(|requests| requests.len() >= count))
    }

    /// The items of all batches that were answered with 200, but for those that count who is there.
    #[must_use]
    pub fn accepted_items(&self) -> Vec<Value> {
        self.accepted(|item| !is_active(item))
    }

    /// The items that count who is there, of all batches that were answered with 200.
    #[must_use]
    pub fn accepted_actives(&self) -> Vec<Value> {
        self.accepted(is_active)
    }

    fn accepted(&self, is_meant: fn(&Value) -> bool) -> Vec<Value> {
        let requests = self.requests();
        let batches = requests.iter().filter(|request| request.is_batch() && request.status == 200);
        batches.flat_map(Request::items).filter(is_meant).collect()
    }

    /// The events of all envelopes that were answered with 200.
    #[must_use]
    pub fn accepted_events(&self) -> Vec<Value> {
        let requests = self.requests();
        let envelopes = requests.iter().filter(|request| !request.is_batch() && request.status == 200);
        envelopes.map(Request::event).collect()
    }

    /// Waits until this many items were accepted, but for those that count who is there.
    pub fn wait_for_items(&self, count: usize) -> Vec<Value> {
        wait_until("items", || Some(self.accepted_items()).filter(|items| items.len() >= count))
    }

    /// How many clients are waiting for an answer that never comes, and have not gone away.
    ///
    /// # Panics
    /// When a socket cannot be asked.
    #[must_use]
    pub fn waiting_clients(&self) -> usize {
        let is_open = |stream: &&TcpStream| {
            stream.set_read_timeout(Some(Duration::from_millis(1))).expect("a socket has time-outs");
            match stream.peek(&mut [0]) {
                Ok(read) => read > 0,
                Err(error) => matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
            }
        };
        lock(&self.shared).held.iter().filter(is_open).count()
    }
}

impl Drop for FakeCollector {
    fn drop(&mut self) {
        let mut shared = lock(&self.shared);
        shared.has_ended = true;
        shared.held.clear();
        drop(shared);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(mut stream: TcpStream, shared: &Mutex<Shared>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(mut request) = Request::read(&mut reader)? {
        let mut shared = lock(shared);
        let answer = shared.script.pop_front().unwrap_or(Reply::Status(200));
        if let Reply::Status(status) | Reply::WithHeader(status, ..) = answer {
            request.status = status;
        }
        shared.requests.push(request);
        let header = match &answer {
            Reply::Status(_) => String::new(),
            Reply::WithHeader(_, name, value) => format!("{name}: {value}\r\n"),
            Reply::Never => {
                shared.held.push(stream);
                return Ok(());
            }
            Reply::Close => return Ok(()),
        };
        let (Reply::Status(status) | Reply::WithHeader(status, ..)) = answer else { return Ok(()) };
        drop(shared);
        stream.write_all(format!("HTTP/1.1 {status} Reply\r\ncontent-length: 0\r\n{header}\r\n").as_bytes())?;
    }
    Ok(())
}

/// Whether it says that somebody was there on a day, and nothing else.
fn is_active(item: &Value) -> bool {
    item["context"]["candor"]["kind"] == "active"
}
