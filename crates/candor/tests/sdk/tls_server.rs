//! TLS in front of a collector, by an authority that nobody trusts unless told to.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    sync::Arc,
    thread,
};

use candor_testkit::FakeCollector;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tempfile::TempDir;

/// A real TLS server on a port of its own, which passes on what it decrypts.
pub(crate) struct TlsServer {
    address: SocketAddr,
    directory: TempDir,
}

impl TlsServer {
    /// In front of a collector, with a certificate for this name.
    pub(crate) fn before(collector: &FakeCollector, name: &str) -> Self {
        Self::start(collector.endpoint().replace("http://", ""), name)
    }

    /// In front of whatever listens at `HOST:PORT`.
    pub(crate) fn start(target: String, name: &str) -> Self {
        let (authority, config) = certified(name);
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("authority.pem"), authority).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (config, target) = (Arc::clone(&config), target.clone());
                // A client that does not trust the certificate is part of what is tested.
                thread::spawn(move || serve(client, config, &target));
            }
        });
        Self { address, directory }
    }

    /// `HOST:PORT`.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// `https://NAME:PORT`.
    pub(crate) fn endpoint(&self, name: &str) -> String {
        format!("https://{name}:{}", self.address.port())
    }

    /// What `SSL_CERT_FILE` has to name for this server to be trusted.
    pub(crate) fn authority(&self) -> PathBuf {
        self.directory.path().join("authority.pem")
    }
}

/// An authority's certificate as PEM, and a server whose certificate it has signed.
fn certified(name: &str) -> (String, Arc<ServerConfig>) {
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    (authority.pem(), Arc::new(config))
}

/// One request and its answer, or a tunnel: whatever comes next from either side, until one of them ends.
fn serve(client: TcpStream, config: Arc<ServerConfig>, target: &str) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut client = StreamOwned::new(connection, client);
    // Nothing is connected to before the client has sent something, which it does when it trusts the certificate.
    let mut buffer = [0; 16 * 1024];
    let mut read = client.read(&mut buffer)?;
    let mut server = TcpStream::connect(target)?;
    server.set_nonblocking(true)?;
    client.sock.set_nonblocking(true)?;
    loop {
        if read > 0 {
            server.set_nonblocking(false)?;
            server.write_all(&buffer[..read])?;
            server.set_nonblocking(true)?;
        }
        match server.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                client.sock.set_nonblocking(false)?;
                client.write_all(&buffer[..count])?;
                client.flush()?;
                client.sock.set_nonblocking(true)?;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::yield_now(),
            Err(error) => return Err(error),
        }
        read = match client.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            Err(error) => return Err(error),
        };
    }
}
