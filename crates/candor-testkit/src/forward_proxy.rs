//! A proxy as companies have them: it reads plain requests, and lets TLS through.

use std::{
    io::{self, BufRead, BufReader, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// A real proxy on a port of its own. Whatever host it is asked for, it goes to one place, so that a test can use names
/// that nobody else knows: what arrives has come through here.
#[derive(Debug)]
pub struct ForwardProxy {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl ForwardProxy {
    /// A proxy to the server at `target`, `HOST:PORT`.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn to(target: &str) -> Self {
        Self::start(Some(target.to_owned()), "")
    }

    /// A proxy that answers every request with this head, and lets nothing through.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn refusing(answer: &'static str) -> Self {
        Self::start(None, answer)
    }

    fn start(target: Option<String>, refusal: &'static str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&heads);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (target, heads) = (target.clone(), Arc::clone(&seen));
                // A client that goes away in the middle is part of what is tested.
                thread::spawn(move || drop(serve(client, target.as_deref(), refusal, &heads)));
            }
        });
        Self { address, heads }
    }

    /// `HOST:PORT`.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// The heads of all requests, in order, each line without its end.
    #[must_use]
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn serve(client: TcpStream, target: Option<&str>, refusal: &str, heads: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut head = String::new();
    while reader.read_line(&mut head)? > 2 {}
    heads.lock().unwrap_or_else(PoisonError::into_inner).push(head.replace("\r\n", "\n").trim_end().to_owned());
    let Some(target) = target else {
        (&client).write_all(refusal.as_bytes())?;
        // Until the client has gone, so that what it has written does not make the system throw the answer away.
        return io::copy(&mut reader, &mut io::sink()).map(drop);
    };
    let mut server = TcpStream::connect(target)?;
    if head.starts_with("CONNECT ") {
        (&client).write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    } else {
        server.write_all(in_origin_form(&head).as_bytes())?;
    }
    let (mut answers, mut asker) = (server.try_clone()?, client.try_clone()?);
    let back = thread::spawn(move || {
        let copied = io::copy(&mut answers, &mut asker);
        let _ = asker.shutdown(Shutdown::Write);
        copied
    });
    let mut buffer = [0; 4096];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => server.write_all(&buffer[..count])?,
        }
    }
    let _ = server.shutdown(Shutdown::Write);
    back.join().map_err(|_| io::ErrorKind::Other)?.map(drop)
}

/// `POST http://HOST/PATH` as `POST /PATH`, and without what is meant for the proxy alone.
fn in_origin_form(head: &str) -> String {
    let (method, rest) = head.split_once(" http://").unwrap_or(("", head));
    let path = rest.find('/').map_or(rest, |slash| &rest[slash..]);
    let lines = path.split_inclusive("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("proxy-"));
    format!("{method} {}", lines.collect::<String>())
}
