//! HTTPS, with certificates that change while the collector runs.

use crate::server::{Answer, Server, batch, event, read_answer, request};
use candor_server::{Tls, TlsError};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

/// Writes a certificate for `localhost` and its key, and gives the certificate.
fn certify(dir: &Path) -> CertificateDer<'static> {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(dir.join("cert.pem"), cert.pem()).unwrap();
    std::fs::write(dir.join("key.pem"), signing_key.serialize_pem()).unwrap();
    cert.der().clone()
}

fn connect(server: &Server, trusted: &CertificateDer<'static>) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), server.connect())
}

fn send(server: &Server, trusted: &CertificateDer<'static>, id: &str) -> Answer {
    let mut stream = connect(server, trusted);
    let authorization = server.authorization();
    let body = batch(&[event(id)]);
    stream.write_all(&request("POST", "/v1/batch", &[("authorization", &authorization)], body.as_bytes())).unwrap();
    read_answer(&mut stream)
}

#[test]
fn events_come_by_tls_and_a_renewed_certificate_is_shown_without_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let first = certify(dir.path());
    let tls = Tls::load(&dir.path().join("cert.pem"), &dir.path().join("key.pem")).unwrap();
    let server = Server::start_secure(tls.clone());
    assert_eq!(send(&server, &first, "1").status, 200);
    let mut kept = connect(&server, &first);
    kept.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    assert_eq!(read_answer(&mut kept).status, 200);

    let second = certify(dir.path());
    tls.reload().unwrap();
    assert_eq!(send(&server, &second, "2").status, 200);
    let refused = connect(&server, &first).write_all(b"GET /healthz HTTP/1.1\r\n\r\n");
    assert!(refused.is_err(), "the old certificate is not shown any more");
    kept.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    assert_eq!(read_answer(&mut kept).status, 200, "who was connected stays so");

    std::fs::write(dir.path().join("key.pem"), "no key").unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::File { what: "private key", .. })));
    assert_eq!(send(&server, &second, "3").status, 200, "what works stays");

    let mut plain = server.connect();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    // An alert of TLS, or nothing at all.
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    let counted = server.block_on(async {
        let session = server.app().store().session().await.unwrap();
        session.table("facts").await.unwrap().count().await.unwrap()
    });
    assert_eq!(counted, 3);
}

#[test]
fn a_certificate_without_its_own_key_is_refused() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    certify(one.path());
    certify(two.path());
    let error = Tls::load(&one.path().join("cert.pem"), &two.path().join("key.pem")).unwrap_err();
    assert!(matches!(error, TlsError::Unusable { .. }), "{error}");
    let error = Tls::load(&one.path().join("none.pem"), &two.path().join("key.pem")).unwrap_err();
    assert!(error.to_string().contains("none.pem"), "{error}");
}
