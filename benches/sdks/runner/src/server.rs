//! What the tools report to.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

/// A server that takes every event.
pub(crate) struct Answering {
    pub(crate) endpoint: String,
    requests: Arc<AtomicUsize>,
}

impl Answering {
    /// How many requests it has answered.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Relaxed)
    }
}

/// A server that answers 200 with an empty object.
pub(crate) fn answering() -> Answering {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let endpoint = serve(move |mut socket| {
        while read_request(&socket).is_ok() {
            // Before the answer: the client may be gone when it has that.
            count.fetch_add(1, Relaxed);
            let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
            if socket.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    });
    Answering { endpoint, requests }
}

/// The endpoint of a server that reads whatever comes, and says nothing.
pub(crate) fn silent() -> String {
    // How a client ends its wait is its own business.
    serve(|socket| drop(io::copy(&mut &socket, &mut io::sink())))
}

fn serve(answer: impl Fn(TcpStream) + Clone + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            let answer = answer.clone();
            thread::spawn(move || answer(socket));
        }
    });
    endpoint
}

/// Reads a request to its end, whichever way it says where that is.
fn read_request(socket: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(socket);
    let (mut length, mut is_chunked) = (0, false);
    loop {
        let line = line(&mut reader)?;
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        is_chunked |= line.starts_with("transfer-encoding:") && line.contains("chunked");
    }
    if !is_chunked {
        return skip(&mut reader, length);
    }
    loop {
        let size = u64::from_str_radix(&line(&mut reader)?, 16).map_err(io::Error::other)?;
        // Behind each piece, and behind the last one, is the end of a line.
        skip(&mut reader, size + 2)?;
        if size == 0 {
            return Ok(());
        }
    }
}

fn line(reader: &mut BufReader<&TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    match reader.read_line(&mut line)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(line.trim_end().to_ascii_lowercase()),
    }
}

fn skip(reader: &mut impl io::Read, bytes: u64) -> io::Result<()> {
    match io::copy(&mut reader.take(bytes), &mut io::sink())? {
        read if read == bytes => Ok(()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
