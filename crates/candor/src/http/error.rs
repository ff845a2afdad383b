//! Why there was no answer.

use std::{fmt, io};

/// Why there was no answer. None of them says anything about a proxy's password.
#[derive(Debug)]
pub(crate) enum HttpError {
    /// The URL is none that this client can reach.
    Url(&'static str),
    /// A header's name or value could end the head early.
    Header,
    /// An `https` URL, and the tool was built without the feature `tls`.
    NoTls,
    /// An `http` URL of another machine, which the user has not asked for.
    InTheClear,
    /// What a proxy variable says cannot be followed, and going around the proxy is not for the SDK to decide: the
    /// variable, and what is wrong.
    Proxy(&'static str, &'static str),
    /// The proxy's status: it does not let this request through.
    ProxyRefused(u16),
    /// The name of the host, and why it has no address.
    Resolve(String, io::Error),
    /// The host, and why none of its addresses could be connected to.
    Connect(String, io::Error),
    /// Certificates, versions, or whatever else keeps TLS from being trusted.
    #[cfg(feature = "tls")]
    Tls(String),
    /// The deadline has passed.
    TimedOut,
    /// The connection broke.
    Io(io::Error),
    /// The other side closed the connection before the head of its answer was whole.
    Closed,
    /// The head of the answer is longer than anybody needs.
    TooLarge,
    /// The answer is not HTTP.
    Malformed,
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(problem) => write!(f, "the collector's address {problem}"),
            Self::Header => f.write_str("a header that would break the request"),
            Self::NoTls => f.write_str("an https address, and this tool was built without the feature `tls`"),
            Self::InTheClear => {
                f.write_str("an http address of another machine, which only CANDOR_ENDPOINT may choose")
            }
            Self::Proxy(variable, problem) => write!(f, "{variable} {problem}"),
            Self::ProxyRefused(status) => write!(f, "the proxy refused with status {status}"),
            Self::Resolve(host, error) => write!(f, "no address for {host}: {error}"),
            Self::Connect(host, error) => write!(f, "no connection to {host}: {error}"),
            #[cfg(feature = "tls")]
            Self::Tls(problem) => write!(f, "TLS: {problem}"),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Io(error) => write!(f, "the connection broke: {error}"),
            Self::Closed => f.write_str("the connection was closed without an answer"),
            Self::TooLarge => f.write_str("the head of the answer is too long"),
            Self::Malformed => f.write_str("the answer is not HTTP"),
        }
    }
}

impl From<io::Error> for HttpError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => Self::TimedOut,
            _ => Self::Io(error),
        }
    }
}
