//! Connections that come from an address of the test's own choice.

use std::net::{SocketAddrV4, TcpStream};

use rustix::net::{AddressFamily, SocketType, bind, connect, socket};

/// Connects to the server with this URL, from an address of this machine such as `127.0.0.77`.
///
/// # Panics
/// When there is no such address or no such server.
#[must_use]
pub fn connect_from(local: &str, url: &str) -> TcpStream {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
    bind(&socket, &SocketAddrV4::new(local.parse().expect("an address"), 0)).expect("an address of this machine");
    let remote: SocketAddrV4 = url.trim_start_matches("http://").parse().expect("http://ADDRESS:PORT");
    connect(&socket, &remote).expect("a server");
    TcpStream::from(socket)
}
