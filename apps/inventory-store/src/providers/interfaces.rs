//! Network interfaces.

use std::{fs, io, path::Path};

use super::Provider;
use crate::{
    machine::{CollectError, Machine, read_text},
    schema::{Column, Kind::*, Rows, Table, column, optional},
};

const INTERFACES: Table =
    Table { name: "interfaces", kind: "interface", about: "a network interface", columns: &COLUMNS };
const COLUMNS: [Column; 9] = [
    column("name", Text, "such as eth0"),
    column("physical", Boolean, "whether a device is behind it"),
    column("state", Text, "up, down, unknown and others of RFC 2863"),
    column("promiscuous", Boolean, "whether it takes in what is sent to others"),
    column("mtu_bytes", Integer, "largest packet"),
    optional("speed_mbits", Integer, "NULL where the driver does not know it"),
    optional("mac", Text, "link-layer address; NULL where it has none"),
    column("received_bytes", Integer, "since it exists"),
    column("sent_bytes", Integer, "since it exists"),
];

/// The bit of `flags` that says that an interface is promiscuous (IFF_PROMISC of `linux/if.h`).
const PROMISCUOUS: u32 = 0x100;

/// `/sys/class/net`.
pub(super) struct Interfaces;

impl Provider for Interfaces {
    fn name(&self) -> &'static str {
        "interfaces"
    }

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn about(&self) -> &'static str {
        "network interfaces, their state and traffic"
    }

    fn tables(&self) -> &'static [&'static Table] {
        &[&INTERFACES]
    }

    fn collect(&self, machine: &Machine) -> Result<Vec<Rows>, CollectError> {
        let class = machine.path("/sys/class/net");
        let unreadable = |source| CollectError::unreadable(&class, source);
        let mut rows = Rows::of(&INTERFACES);
        for entry in fs::read_dir(&class).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            // The class also has plain files, such as `bonding_masters`.
            if path.is_dir() {
                add(&mut rows, &path)?;
            }
        }
        Ok(vec![rows])
    }
}

fn add(rows: &mut Rows, path: &Path) -> Result<(), CollectError> {
    let Some(flags) = attribute(path, "flags")? else {
        return Ok(()); // It was removed while it was looked at.
    };
    let flags = u32::from_str_radix(flags.trim_start_matches("0x"), 16)
        .map_err(|_| malformed(&path.join("flags"), "it is no hexadecimal number"))?;
    rows.push([
        path.file_name().unwrap_or_default().to_string_lossy().into_owned().into(),
        path.join("device").exists().into(),
        attribute(path, "operstate")?.unwrap_or_else(|| "unknown".into()).into(),
        (flags & PROMISCUOUS != 0).into(),
        number(path, "mtu")?.unwrap_or(0).into(),
        // Drivers say -1 for "not known".
        number(path, "speed")?.filter(|speed| *speed >= 0).into(),
        attribute(path, "address")?
            .filter(|mac| mac.bytes().any(|byte| byte.is_ascii_hexdigit() && byte != b'0'))
            .into(),
        number(path, "statistics/rx_bytes")?.unwrap_or(0).into(),
        number(path, "statistics/tx_bytes")?.unwrap_or(0).into(),
    ]);
    Ok(())
}

/// An attribute's text. `None` where the interface does not have it: the file is missing, or the driver refuses to
/// answer with `EINVAL` or `EOPNOTSUPP`, as for the speed of an interface that is down.
fn attribute(path: &Path, name: &str) -> Result<Option<String>, CollectError> {
    match read_text(&path.join(name)) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(CollectError::Unreadable { source, .. })
            if matches!(
                source.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn number(path: &Path, name: &str) -> Result<Option<i64>, CollectError> {
    let Some(text) = attribute(path, name)? else { return Ok(None) };
    let number = text.parse().map_err(|_| malformed(&path.join(name), "it is no number"))?;
    Ok(Some(number))
}

fn malformed(path: &Path, what: &str) -> CollectError {
    CollectError::Malformed { path: path.to_owned(), line: Some(1), what: what.to_owned() }
}
