//! Sockets that wait for others.

use std::{collections::HashMap, fs, net::SocketAddr, path::Path};

use procfs::{
    FromBufReadSI, FromReadSI, ProcError, ProcResult, current_system_info,
    net::{TcpNetEntries, TcpState, UdpNetEntries},
};

use super::Provider;
use crate::{
    machine::{CollectError, Machine},
    schema::{Column, Kind::*, Rows, Table, column, optional},
};

const SOCKETS: Table = Table {
    name: "sockets",
    kind: "socket",
    about: "a TCP socket that listens, or a UDP socket that is bound",
    columns: &COLUMNS,
};
const COLUMNS: [Column; 7] = [
    column("protocol", Text, "tcp, tcp6, udp or udp6"),
    column("address", Text, "local address; 0.0.0.0 and :: are all of them"),
    column("port", Integer, "local port"),
    column("loopback", Boolean, "whether only this machine can reach it"),
    column("uid", Integer, "user id of its owner"),
    column("inode", Integer, "number by which /proc/PID/fd names it"),
    optional("pid", Integer, "a process that has it open; NULL where other users may not see it"),
];

/// `/proc/net`.
pub(super) struct Sockets;

impl Provider for Sockets {
    fn name(&self) -> &'static str {
        "sockets"
    }

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn about(&self) -> &'static str {
        "listening TCP and bound UDP sockets with their processes"
    }

    fn tables(&self) -> &'static [&'static Table] {
        &[&SOCKETS]
    }

    fn collect(&self, machine: &Machine) -> Result<Vec<Rows>, CollectError> {
        let net = machine.representative_process().join("net");
        let mut waiting = Vec::new();
        for (protocol, family) in [("tcp", Family::Always), ("tcp6", Family::WhereEnabled)] {
            let entries =
                entries::<TcpNetEntries>(&net.join(protocol), family)?.map_or(Vec::new(), |entries| entries.0);
            let listening = entries.into_iter().filter(|entry| entry.state == TcpState::Listen);
            waiting.extend(listening.map(|entry| Waiting::new(protocol, entry.local_address, entry.uid, entry.inode)));
        }
        for (protocol, family) in [("udp", Family::Always), ("udp6", Family::WhereEnabled)] {
            let entries =
                entries::<UdpNetEntries>(&net.join(protocol), family)?.map_or(Vec::new(), |entries| entries.0);
            // A connected UDP socket talks to one other and does not wait for anybody.
            let bound = entries.into_iter().filter(|entry| entry.remote_address.port() == 0);
            waiting.extend(bound.map(|entry| Waiting::new(protocol, entry.local_address, entry.uid, entry.inode)));
        }

        let owners = owners(&machine.path("/proc"));
        let mut rows = Rows::of(&SOCKETS);
        for socket in waiting {
            rows.push([
                socket.protocol.into(),
                socket.address.ip().to_string().into(),
                u32::from(socket.address.port()).into(),
                socket.address.ip().to_canonical().is_loopback().into(),
                socket.uid.into(),
                socket.inode.into(),
                owners.get(&socket.inode).copied().into(),
            ]);
        }
        Ok(vec![rows])
    }
}

struct Waiting {
    protocol: &'static str,
    address: SocketAddr,
    uid: u32,
    inode: u64,
}

impl Waiting {
    fn new(protocol: &'static str, address: SocketAddr, uid: u32, inode: u64) -> Self {
        Self { protocol, address, uid, inode }
    }
}

/// Whether a file of `/proc/net` must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Always,
    /// A kernel without IPv6 has no file for it.
    WhereEnabled,
}

fn entries<T: FromBufReadSI>(path: &Path, family: Family) -> Result<Option<T>, CollectError> {
    let read: ProcResult<T> = T::from_file(path, current_system_info());
    match read {
        Ok(entries) => Ok(Some(entries)),
        Err(ProcError::NotFound(_)) if family == Family::WhereEnabled => Ok(None),
        Err(error) => Err(CollectError::from_proc(path, error)),
    }
}

/// For each socket's inode, the first process that has it open. Processes of other users hide theirs from users other
/// than root, and processes end while this looks: neither is an error.
fn owners(proc: &Path) -> HashMap<u64, i64> {
    let mut owners = HashMap::new();
    let Ok(processes) = fs::read_dir(proc) else { return owners };
    for process in processes.flatten() {
        let Some(pid) = process.file_name().to_str().and_then(|name| name.parse::<i64>().ok()) else { continue };
        let Ok(descriptors) = fs::read_dir(process.path().join("fd")) else { continue };
        for descriptor in descriptors.flatten() {
            let Ok(target) = fs::read_link(descriptor.path()) else { continue };
            if let Some(inode) = target.to_str().and_then(socket_inode) {
                owners.entry(inode).and_modify(|first: &mut i64| *first = pid.min(*first)).or_insert(pid);
            }
        }
    }
    owners
}

/// `1606` of `socket:[1606]`.
fn socket_inode(target: &str) -> Option<u64> {
    target.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_sockets_have_an_inode() {
        assert_eq!(socket_inode("socket:[1606]"), Some(1606));
        assert_eq!(socket_inode("pipe:[1606]"), None);
        assert_eq!(socket_inode("/tmp/socket:[1606]"), None);
    }
}
