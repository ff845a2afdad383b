//! A load generator that costs little: prepared requests with ids patched in place, blocking sockets, one thread each.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use candor_testkit::{Project, basic, sql};

/// Hexadecimal digits of an event's id.
const ID_DIGITS: usize = 16;

/// What to send.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Connections, each with one request under way.
    pub connections: u32,
    /// Events in a request; 1 goes to `/v1/track`.
    pub events_a_request: usize,
    /// How long to go on.
    pub time: Duration,
    /// From one request of a connection to its next; none: at once when the last was answered.
    pub interval: Option<Duration>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Events that were answered with 200.
    pub acknowledged: u64,
    /// Requests that were answered otherwise.
    pub refused: u64,
    /// Those of them that were not told when to come back.
    pub refused_for_good: u64,
    /// Events of requests whose connection ended before a whole answer: they may be counted or not.
    pub unanswered: u64,
    /// Milliseconds from the first byte sent to the last byte of the answer, one for each request.
    pub latencies_ms: Vec<f64>,
    /// Seconds that it took.
    pub seconds: f64,
}

impl Outcome {
    /// Acknowledged events a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.acknowledged as f64 / self.seconds
    }
}

/// How many events of a project are counted in a data directory.
///
/// # Panics
/// When they cannot be asked for.
#[must_use]
pub fn counted(data: &Path, project: &Project) -> u64 {
    let of = &project.name;
    let rows = sql(data, &format!("SELECT CAST(sum(count) AS BIGINT) AS total FROM facts WHERE project = '{of}'"));
    rows[0]["total"].as_u64().expect("a number")
}

/// Sends the load and waits until every connection is done. Events of another `round` have other ids. Where a connection
/// ends, another one takes its place.
///
/// # Panics
/// When the load is no load: not a single answer in all of the time.
#[must_use]
pub fn run(address: &str, project: &Project, load: Load, round: u32) -> Outcome {
    let started = Instant::now();
    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let connection = |number| scope.spawn(move || run_connection(address, project, load, (round, number)));
        let threads: Vec<_> = (0..load.connections).map(connection).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread that ends")).collect()
    });
    let mut sum = Outcome { seconds: started.elapsed().as_secs_f64(), ..Outcome::default() };
    for outcome in outcomes {
        sum.acknowledged += outcome.acknowledged;
        sum.refused += outcome.refused;
        sum.refused_for_good += outcome.refused_for_good;
        sum.unanswered += outcome.unanswered;
        sum.latencies_ms.extend(outcome.latencies_ms);
    }
    assert!(!sum.latencies_ms.is_empty(), "{address} answered nothing");
    sum
}

fn run_connection(address: &str, project: &Project, load: Load, (round, number): (u32, u32)) -> Outcome {
    let mut request = PreparedRequest::new(project, load.events_a_request);
    let mut socket = None;
    let mut outcome = Outcome::default();
    let mut next_id = u64::from(round) << 56 | u64::from(number) << 40;
    let mut answer = [0; 4096];
    let started = Instant::now();
    let mut next = started + load.interval.unwrap_or_default().mul_f64(f64::from(number) / f64::from(load.connections));
    while started.elapsed() < load.time {
        if let Some(interval) = load.interval {
            thread::sleep(next.saturating_duration_since(Instant::now()));
            // Whoever is late does not catch up: a client has one request under way.
            next = Instant::now().max(next + interval);
        }
        request.set_ids(next_id);
        next_id += load.events_a_request as u64;
        let sent = Instant::now();
        let Ok(length) = exchange(&mut socket, address, &request.bytes, &mut answer) else {
            socket = None;
            outcome.unanswered += load.events_a_request as u64;
            continue;
        };
        outcome.latencies_ms.push(sent.elapsed().as_secs_f64() * 1e3);
        if answer[..length].starts_with(b"HTTP/1.1 200") {
            outcome.acknowledged += load.events_a_request as u64;
        } else {
            outcome.refused += 1;
            let says_when = String::from_utf8_lossy(&answer[..length]).to_lowercase().contains("\r\nretry-after: ");
            outcome.refused_for_good += u64::from(!says_when);
        }
    }
    outcome
}

/// Sends a request, over a new connection where there is none, and reads its answer; returns the answer's length.
fn exchange(
    socket: &mut Option<TcpStream>,
    address: &str,
    request: &[u8],
    answer: &mut [u8],
) -> std::io::Result<usize> {
    if socket.is_none() {
        let connected = TcpStream::connect(address)?;
        connected.set_nodelay(true)?;
        *socket = Some(connected);
    }
    let Some(connected) = socket else { return Err(ErrorKind::NotConnected.into()) };
    connected.write_all(request)?;
    read_answer(connected, answer)
}

/// Reads one answer with a `Content-Length`; returns its length.
fn read_answer(socket: &mut TcpStream, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    loop {
        let read = socket.read(&mut buffer[length..])?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        length += read;
        let text = String::from_utf8_lossy(&buffer[..length]).to_lowercase();
        let Some(head) = text.find("\r\n\r\n") else { continue };
        let body = text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        if length >= head + 4 + body.map_or(0, |digits| digits.parse().expect("a length")) {
            return Ok(length);
        }
    }
}

/// A whole request, head and body, whose events' ids are overwritten before each sending.
struct PreparedRequest {
    bytes: Vec<u8>,
    id_positions: Vec<usize>,
}

impl PreparedRequest {
    fn new(project: &Project, events: usize) -> Self {
        let all: Vec<String> = (0..events).map(event).collect();
        let (path, body) = match &all[..] {
            [single] => ("/v1/track", single.clone()),
            several => ("/v1/batch", format!(r#"{{"batch":[{}]}}"#, several.join(","))),
        };
        let text = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            basic(&project.write_key),
            body.len(),
        );
        let marker = "@".repeat(ID_DIGITS);
        let id_positions = text.match_indices(&marker).map(|(position, _)| position).collect();
        Self { bytes: text.into_bytes(), id_positions }
    }

    fn set_ids(&mut self, first: u64) {
        for (position, id) in self.id_positions.iter().zip(first..) {
            let digits = format!("{id:0ID_DIGITS$x}");
            self.bytes[*position..position + ID_DIGITS].copy_from_slice(digits.as_bytes());
        }
    }
}

/// An event of about 560 bytes, as the SDK of a command-line tool sends it.
fn event(number: usize) -> String {
    let operation = ["fetch", "policy run", "providers list"][number % 3];
    let milliseconds = 100 + number * 37 % 900;
    let id = "@".repeat(ID_DIGITS);
    format!(
        r#"{{"type":"track","messageId":"{id}","anonymousId":"anonymous","event":"{operation}","properties":{{"outcome":"ok","duration_ms":{milliseconds}.5,"resources":100,"backend":"sqlite","providers":6}},"context":{{"candor":{{"format":1,"kind":"operation"}},"app":{{"version":"1.4.{}","commit":"5f0c9e1aa001","built":"2026-11-20","channel":"cargo"}},"os":{{"name":"linux","version":"12","arch":"x86_64"}},"ci":"none","container":false,"agent":"none","library":{{"name":"candor","version":"0.1.0"}}}}}}"#,
        number % 5
    )
}
