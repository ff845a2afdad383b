//! What comes with every record.

use super::sheet::Sheet;
use crate::{IdentityMode, Manifest, record::LOST_RECORDS};

/// The section about what the SDK itself adds.
pub(super) fn write_always(manifest: &Manifest, sheet: &mut Sheet) {
    let time = if manifest.identity.mode == IdentityMode::None {
        ["time", "the day of what is added up, the hour of anything else, in UTC", "`2026-11-22`"]
    } else {
        ["time", "the day of what is added up, the moment of anything else, in UTC", "`2026-11-22`"]
    };
    let rows = [
        time,
        [
            "version, commit, built",
            "which release this is, and the day it was built",
            "`1.4.0`, `5f0c9e1ab2c3`, `2026-11-20`",
        ],
        [
            "channel",
            "by which package manager it was installed, as its packager says or the place of the program tells",
            "`homebrew`",
        ],
        ["os, os_version, arch", "the operating system, its version, and the processor", "`linux`, `12`, `x86_64`"],
        ["ci", "which of the known CI services it ran in", "`github_actions`, or `none`"],
        ["container", "whether it ran in a container", "`false`"],
        ["agent", "which of the known coding agents ran it", "`none`"],
        ["interactive", "whether there was a terminal", "`true`"],
        ["country", "from the network address: see Location", "`NZ`"],
    ];
    sheet.heading(2, "What comes with every record");
    sheet.paragraph("To tell which release, system or surroundings a problem belongs to.");
    sheet.table(["what", "it says", "for example"], &rows.map(|row| row.map(str::to_owned)));
    sheet.paragraph(&format!(
        "Where more was recorded than could be kept until it was sent, the count `{LOST_RECORDS}` says how much was lost."
    ));
}
