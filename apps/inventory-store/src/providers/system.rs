//! The machine itself: one row.

use std::path::Path;

use procfs::{FromRead, Meminfo};

use super::Provider;
use crate::{
    machine::{CollectError, Machine},
    schema::{Column, Kind::*, Rows, Table, column, optional},
};

const SYSTEM: Table =
    Table { name: "system", kind: "system", about: "the machine; exactly one row", columns: &COLUMNS };
const COLUMNS: [Column; 9] = [
    column("host_name", Text, "its name on the network"),
    optional("os", Text, "ID of os-release, such as debian"),
    optional("os_version", Text, "VERSION_ID of os-release; rolling distributions have none"),
    column("kernel", Text, "release of the kernel"),
    column("arch", Text, "architecture that this program was built for"),
    column("processors", Integer, "logical processors that are online"),
    column("memory_bytes", Integer, "memory that the kernel may use"),
    column("swap_bytes", Integer, "swap space"),
    column("booted_at", Integer, "start of the kernel, seconds since 1970 UTC"),
];

/// `/proc` and `/etc/os-release`.
pub(super) struct System;

impl Provider for System {
    fn name(&self) -> &'static str {
        "system"
    }

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn about(&self) -> &'static str {
        "operating system, kernel, processors and memory"
    }

    fn tables(&self) -> &'static [&'static Table] {
        &[&SYSTEM]
    }

    fn collect(&self, machine: &Machine) -> Result<Vec<Rows>, CollectError> {
        let release = match machine.read_if_present("/etc/os-release")? {
            Some(text) => text,
            None => machine.read_if_present("/usr/lib/os-release")?.unwrap_or_default(),
        };
        let stat = machine.read("/proc/stat")?;
        let memory_path = machine.path("/proc/meminfo");
        let memory = Meminfo::from_file(&memory_path).map_err(|error| CollectError::from_proc(&memory_path, error))?;

        let mut rows = Rows::of(&SYSTEM);
        rows.push([
            machine.read("/proc/sys/kernel/hostname")?.trim().into(),
            release_value(&release, "ID").into(),
            release_value(&release, "VERSION_ID").into(),
            machine.read("/proc/sys/kernel/osrelease")?.trim().into(),
            std::env::consts::ARCH.into(),
            processors(&stat).into(),
            memory.mem_total.into(),
            memory.swap_total.into(),
            booted_at(&stat, &machine.path("/proc/stat"))?.into(),
        ]);
        Ok(vec![rows])
    }
}

/// The value of `key`, without the quotes that a shell would take off.
fn release_value(text: &str, key: &str) -> Option<String> {
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?.trim();
    let unquoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    Some(unquoted.unwrap_or(value).to_owned())
}

/// `/proc/stat` has a line `cpuN` for each processor, and `cpu` for all of them.
fn processors(stat: &str) -> u64 {
    let numbered =
        |line: &&str| line.strip_prefix("cpu").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    stat.lines().filter(numbered).count() as u64
}

fn booted_at(stat: &str, path: &Path) -> Result<i64, CollectError> {
    let seconds = stat.lines().find_map(|line| line.strip_prefix("btime ")).and_then(|text| text.trim().parse().ok());
    seconds.ok_or_else(|| CollectError::Malformed {
        path: path.to_owned(),
        line: None,
        what: "it does not say when the kernel started".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn os_release_is_read_with_and_without_quotes() {
        let text = "NAME=\"Some Linux\"\nVERSION_ID='12'\nID=some\n";
        assert_eq!(release_value(text, "ID").as_deref(), Some("some"));
        assert_eq!(release_value(text, "VERSION_ID").as_deref(), Some("12"));
        assert_eq!(release_value(text, "BUILD_ID"), None);
    }

    #[test]
    fn the_line_of_all_processors_is_not_a_processor() {
        assert_eq!(processors("cpu  1 2 3\ncpu0 1 2\ncpu1 1 2\nintr 5\n"), 2);
    }
}
