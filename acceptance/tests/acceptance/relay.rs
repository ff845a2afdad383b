//! Connections that come from an address of the test's own choice.

use std::{
    io,
    net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream},
    thread,
};

use rustix::net::{AddressFamily, SocketType, bind, connect, socket};

/// Connects to the server with this URL.
pub(crate) fn connect_from(local: &str, url: &str) -> TcpStream {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    bind(&socket, &SocketAddrV4::new(local.parse().unwrap(), 0)).unwrap();
    let remote: SocketAddrV4 = url.trim_start_matches("http://").parse().unwrap();
    connect(&socket, &remote).unwrap();
    TcpStream::from(socket)
}

/// The URL of a way to that server which comes out at this address.
pub(crate) fn relay_from(local: &'static str, url: &str) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let relay = format!("http://{}", listener.local_addr().unwrap());
    let url = url.to_owned();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = connect_from(local, &url);
            let (from_client, from_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            // Either end may close at any time.
            thread::spawn(move || pass(from_client, server));
            thread::spawn(move || pass(from_server, client));
        }
    });
    relay
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(std::net::Shutdown::Write);
}
