//! Encryption, and whom to trust: the certificate authorities of the system, or those that the user names.

use std::{
    env,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto::ring, pki_types::ServerName};
use rustls_native_certs::{CertificateResult, load_certs_from_paths, load_native_certs};

use super::{HttpError, connection::Channel};
use crate::variables::Lookup;

/// What all connections of one request share.
pub(super) struct Tls(Arc<ClientConfig>);

impl Tls {
    /// Reads the certificate authorities.
    ///
    /// # Errors
    /// When there is none: then nobody can be trusted.
    pub(super) fn new(lookup: Lookup<'_>) -> Result<Self, HttpError> {
        let found = authorities(lookup);
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            let problem = found.errors.first().map_or_else(String::new, |error| format!(": {error}"));
            return Err(HttpError::Tls(format!("no certificate authority to trust{problem}")));
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }

    /// Shakes hands with the owner of this name. Nothing of the request is written before its certificate is checked.
    pub(super) fn encrypt(&self, host: &str, channel: Box<dyn Channel>) -> Result<Box<dyn Channel>, HttpError> {
        let mut channel = Inner(channel);
        let name = ServerName::try_from(host.to_owned()).map_err(failed)?;
        let mut connection = ClientConnection::new(Arc::clone(&self.0), name).map_err(failed)?;
        while connection.is_handshaking() {
            connection.complete_io(&mut channel).map_err(|error| match HttpError::from(error) {
                HttpError::Io(error) => failed(error),
                other => other,
            })?;
        }
        Ok(Box::new(StreamOwned::new(connection, channel)))
    }
}

/// The channel that carries what is encrypted, as `rustls` wants to see it.
struct Inner(Box<dyn Channel>);

impl Read for Inner {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.receive(buffer)
    }
}

impl Write for Inner {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Channel for StreamOwned<ClientConnection, Inner> {
    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read(buffer)
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)?;
        self.flush()
    }
}

/// `SSL_CERT_FILE` and `SSL_CERT_DIR`, as OpenSSL, curl and Go read them; else what the system trusts. A variable that
/// names nothing readable does not fall back to the system: whoever names an authority means that one only.
fn authorities(lookup: Lookup<'_>) -> CertificateResult {
    let set = |name| lookup(name).filter(|value| !value.is_empty());
    let file = set("SSL_CERT_FILE").map(PathBuf::from);
    let directories = set("SSL_CERT_DIR");
    if file.is_none() && directories.is_none() {
        return load_native_certs();
    }
    let mut found = load_certs_from_paths(file.as_deref(), None);
    for directory in directories.iter().flat_map(env::split_paths).filter(|path| path != Path::new("")) {
        let mut more = load_certs_from_paths(None, Some(&directory));
        found.certs.append(&mut more.certs);
        found.errors.append(&mut more.errors);
    }
    found
}

fn failed(error: impl std::fmt::Display) -> HttpError {
    HttpError::Tls(error.to_string())
}
