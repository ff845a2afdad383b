//! The only network code of the SDK: one HTTP/1.1 POST a connection, of which the head of the answer is read and no more.
//!
//! It is written here because of what it weighs in every tool that embeds it. Added to an empty tool (opt-level 3, stripped,
//! no TLS), with what each needs of the standard library: this module 74 KB and one crate; `minreq` 3 with proxies 152 KB
//! and two; `ureq` 3.5 554 KB and ten. `minreq` cannot leave out the hosts of `NO_PROXY`, sends plain requests through a
//! proxy by `CONNECT` only, waits in threads of its own, and has no TLS without a build of the C library `aws-lc`.
//!
//! What keeps it small is what it does not do: redirects are never followed (a redirect could carry the records to another
//! place, or into the clear), there are no cookies, no pool and no `Upgrade`, and the body of an answer is not read. What
//! it never leaves out: a deadline over all of it, a bound on what is read, the user's proxy, and the check of what is
//! written into a head.

mod connection;
mod deadline;
mod error;
mod no_proxy;
mod proxy;
mod request;
mod response;
#[cfg(test)]
mod tests;
#[cfg(feature = "tls")]
mod tls;
mod url;

use std::time::Duration;

use self::{connection::Channel, deadline::Deadline, proxy::Proxy};
pub(crate) use self::{error::HttpError, request::Request, response::Response, url::Url};
use crate::variables::Lookup;

/// Sends a request and waits for the answer, for no longer than `within`: the name look-up, connecting, writing and
/// reading together. The look-up itself cannot be interrupted; when it takes longer, that was all.
///
/// Blocks the calling thread, and uses no other. `lookup` is asked for proxies and certificate authorities.
///
/// # Errors
/// When there is no whole answer, whatever it says. Nothing was sent when the URL, a header, the proxy, the
/// certificate or the missing feature `tls` is the reason.
pub(crate) fn post(request: &Request<'_>, within: Duration, lookup: Lookup<'_>) -> Result<Response, HttpError> {
    if request.url.is_https() && !cfg!(feature = "tls") {
        return Err(HttpError::NoTls);
    }
    let proxy = Proxy::choose(request.url, lookup)?;
    let message = request.message(proxy.as_ref())?;
    let mut channel = connection::open(request.url, proxy.as_ref(), Deadline::after(within), lookup)?;
    let response = exchange(channel.as_mut(), &message)?;
    match response.status {
        // The proxy's answer, and not the collector's.
        407 if proxy.is_some() => Err(HttpError::ProxyRefused(407)),
        _ => Ok(response),
    }
}

/// Writes all of it at once, as a head and a body in two writes would wait for each other, and reads the answer.
fn exchange(channel: &mut dyn Channel, message: &[u8]) -> Result<Response, HttpError> {
    let written = channel.send(message).map_err(HttpError::from);
    let answered = response::read(channel);
    // Who does not want the body may answer before it has read it, and close.
    if answered.is_ok() { answered } else { written.and(answered) }
}
