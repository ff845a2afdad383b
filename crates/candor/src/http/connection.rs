//! The way to the collector: sockets that know when they have to be done, through a proxy where there is one.

use std::{
    io::{self, Read as _, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    time::Duration,
};

use super::{HttpError, Url, deadline::Deadline, proxy::Proxy, request, response};
use crate::variables::Lookup;

/// Of one address; a name may have several, and the last one may be the one that works.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Something to write a request to and to read an answer from. `Read` and `Write` would bring some fifteen functions each
/// that nobody calls.
pub(super) trait Channel {
    /// Reads into the buffer; nothing where the other side has closed.
    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes all of it, and waits for none of it.
    fn send(&mut self, bytes: &[u8]) -> io::Result<()>;
}

/// Connects, asks the proxy for a way through, and encrypts: whatever the URL and the proxy call for.
#[cfg_attr(not(feature = "tls"), expect(unused_variables, reason = "only certificates are looked up"))]
pub(super) fn open(
    url: &Url,
    proxy: Option<&Proxy>,
    deadline: Deadline,
    lookup: Lookup<'_>,
) -> Result<Box<dyn Channel>, HttpError> {
    // Before anything is connected to: without a certificate authority there is nothing to talk about.
    #[cfg(feature = "tls")]
    let tls = match url.is_https() || proxy.is_some_and(|proxy| proxy.is_https) {
        true => Some(super::tls::Tls::new(lookup)?),
        false => None,
    };
    let (host, port) = proxy.map_or((&url.host, url.port), |proxy| (&proxy.host, proxy.port));
    let mut channel: Box<dyn Channel> = Box::new(connect(host, port, deadline)?);
    #[cfg(feature = "tls")]
    if let Some(tls) = tls.as_ref().filter(|_| proxy.is_some_and(|proxy| proxy.is_https)) {
        channel = tls.encrypt(host, channel)?;
    }
    if let Some(proxy) = proxy.filter(|_| url.is_https()) {
        pass_through(channel.as_mut(), url, proxy)?;
    }
    #[cfg(feature = "tls")]
    if let Some(tls) = tls.as_ref().filter(|_| url.is_https()) {
        channel = tls.encrypt(&url.host, channel)?;
    }
    Ok(channel)
}

fn connect(host: &str, port: u16, deadline: Deadline) -> Result<Socket, HttpError> {
    let addresses = (host, port).to_socket_addrs().map_err(|error| HttpError::Resolve(host.to_owned(), error))?;
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match TcpStream::connect_timeout(&address, deadline.left()?.min(CONNECT_TIMEOUT)) {
            Ok(stream) => {
                // The one write of a request must not wait for anything; where it cannot be said, it waits.
                let _ = stream.set_nodelay(true);
                return Ok(Socket { stream, deadline });
            }
            Err(error) => last = error,
        }
    }
    Err(HttpError::Connect(host.to_owned(), last))
}

/// Asks the proxy for a way through to the collector.
fn pass_through(channel: &mut dyn Channel, url: &Url, proxy: &Proxy) -> Result<(), HttpError> {
    channel.send(&request::tunnel(url, proxy)?)?;
    match response::read(channel)?.status {
        200..=299 => Ok(()),
        status => Err(HttpError::ProxyRefused(status)),
    }
}

/// A socket of which no single read or write lasts beyond the deadline.
struct Socket {
    stream: TcpStream,
    deadline: Deadline,
}

impl Channel for Socket {
    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.deadline.left()?))?;
        self.stream.read(buffer).map_err(named)
    }

    fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.set_write_timeout(Some(self.deadline.left()?))?;
            match self.stream.write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(named(error)),
            }
        }
        Ok(())
    }
}

/// A socket that has waited for long enough says that it would block.
fn named(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::WouldBlock { io::ErrorKind::TimedOut.into() } else { error }
}
