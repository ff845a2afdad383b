//! Connections that come from an address of the test's own choice.

use std::{
    io,
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread,
};

use candor_testkit::connect_from;

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
