//! What tells one machine from another where no state is kept. It is hashed on the spot, and of the hash a few bits are used.

use std::path::Path;

use crate::regular_file;

/// An id is one short line.
const MAX_BYTES: u64 = 256;

/// What systemd and D-Bus made for the machine when it was installed.
const OF_MACHINE: [&str; 2] = ["etc/machine-id", "var/lib/dbus/machine-id"];

/// What a container sees of the machine that it runs on: the firmware's id, which only root may read, else that of the run
/// of the kernel. Its own `machine-id` is the same in every container of an image.
const OF_CONTAINERS_HOST: [&str; 2] = ["sys/class/dmi/id/product_uuid", "proc/sys/kernel/random/boot_id"];

/// The id of the machine, or of what the container runs on; `None` where none is to be seen.
pub(super) fn id(root: &Path, is_container: bool) -> Option<Vec<u8>> {
    let places = if is_container { OF_CONTAINERS_HOST } else { OF_MACHINE };
    places.iter().find_map(|place| {
        let text = regular_file::read_text(&root.join(place), MAX_BYTES).ok()?;
        let id = text.trim();
        // Firmware without an id says zeros or ones; an image that is yet to be started, `uninitialized`.
        let says_something = id.bytes().filter(u8::is_ascii_hexdigit).count() >= 32
            && !id.bytes().all(|byte| matches!(byte, b'0' | b'f' | b'F' | b'-'));
        says_something.then(|| id.to_ascii_lowercase().into_bytes())
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failure here is the test's failure")]

    use std::fs;

    use super::*;

    #[test]
    fn a_machine_is_known_by_its_own_id_and_a_container_by_that_of_its_host() {
        let root = tempfile::tempdir().unwrap();
        let write = |place: &str, text: &str| {
            fs::create_dir_all(root.path().join(place).parent().unwrap()).unwrap();
            fs::write(root.path().join(place), text).unwrap();
        };
        assert_eq!((id(root.path(), false), id(root.path(), true)), (None, None));
        write(OF_MACHINE[0], "uninitialized\n");
        write(OF_CONTAINERS_HOST[0], "00000000-0000-0000-0000-000000000000\n");
        assert_eq!((id(root.path(), false), id(root.path(), true)), (None, None), "these say nothing");
        write(OF_MACHINE[1], "0123456789ABCDEF0123456789abcdef\n");
        write(OF_CONTAINERS_HOST[1], "5f0c9e1a-0b1e-4d56-b0c8-5f0c9e1a0b1e\n");
        assert_eq!(id(root.path(), false).unwrap(), b"0123456789abcdef0123456789abcdef");
        assert_eq!(id(root.path(), true).unwrap(), b"5f0c9e1a-0b1e-4d56-b0c8-5f0c9e1a0b1e");
    }
}
