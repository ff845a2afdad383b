//! Who uses a tool. All that is known of an installation is a hash of its number.

use super::project::Project;
use crate::random::{Random, hash, hash_unit, pick};

/// Days before the first one on which installations came too.
const BEFORE: f64 = 180.0;
/// Attempts to meet one that is there and about to be used, of which one in nine succeeds.
const ATTEMPTS: u32 = 60;

const CHANNELS: [(Channel, f64); 5] = [
    (Channel { name: "homebrew", days_to_update: 6.0 }, 34.0),
    (Channel { name: "apt", days_to_update: 30.0 }, 18.0),
    (Channel { name: "cargo", days_to_update: 12.0 }, 14.0),
    (Channel { name: "docker", days_to_update: 3.0 }, 14.0),
    (Channel { name: "binary", days_to_update: 20.0 }, 20.0),
];
/// Share of installations that stay with the release that they began with.
const NEVER_UPDATES: f64 = 0.08;

type System = (&'static str, &'static str, &'static str);
const SYSTEMS: [(System, f64); 8] = [
    (("linux", "12", "x86_64"), 30.0),
    (("linux", "24.04", "x86_64"), 22.0),
    (("linux", "12", "aarch64"), 7.0),
    (("macos", "15", "aarch64"), 22.0),
    (("macos", "14", "aarch64"), 7.0),
    (("macos", "13", "x86_64"), 3.0),
    (("windows", "11", "x86_64"), 8.0),
    (("windows", "10", "x86_64"), 1.0),
];
pub(super) const COUNTRIES: [(&str, f64); 24] = [
    ("US", 28.0),
    ("DE", 10.0),
    ("IN", 8.0),
    ("GB", 7.0),
    ("FR", 5.0),
    ("BR", 4.5),
    ("CA", 4.0),
    ("NL", 3.5),
    ("JP", 3.0),
    ("AU", 2.5),
    ("PL", 2.5),
    ("ES", 2.5),
    ("SE", 2.0),
    ("CH", 2.0),
    ("IT", 2.0),
    ("IL", 1.5),
    ("UA", 1.5),
    ("KR", 1.5),
    ("SG", 1.5),
    ("AT", 1.0),
    ("DK", 1.0),
    ("CZ", 1.0),
    ("NO", 0.8),
    ("IE", 0.7),
];

#[derive(Debug, Clone, Copy)]
pub(super) struct Channel {
    pub(super) name: &'static str,
    pub(super) days_to_update: f64,
}

/// What stays the same of an installation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Installation {
    pub(super) id: u64,
    pub(super) channel: Channel,
    pub(super) system: System,
    pub(super) country: &'static str,
    /// Which release it runs.
    pub(super) release: usize,
}

/// One that uses the tool on this day, the first being 0.
pub(super) fn on_day(project: &Project, day: f64, random: &mut Random) -> Installation {
    let known = (project.births_a_day * (day + BEFORE + 1.0)).max(1.0) as u64;
    let mut number = random.below(known);
    for _ in 0..ATTEMPTS {
        let busy = hash_unit([project.seed, number, 1]);
        if is_there(project, number, day) && random.chance(0.02 + 0.98 * busy * busy * busy) {
            break;
        }
        number = random.below(known);
    }
    installation(project, number, day)
}

/// When it came, the first day being 0.
fn born(project: &Project, number: u64) -> f64 {
    number as f64 / project.births_a_day - BEFORE
}

fn is_there(project: &Project, number: u64, day: f64) -> bool {
    let age = day - born(project, number);
    let (kind, chance) = (hash_unit([project.seed, number, 2]), hash_unit([project.seed, number, 3]));
    // A third only tries it.
    let stays = if kind < 0.35 { 3.0 * chance } else { -120.0 * (1.0 - chance).ln() };
    (0.0..=stays.max(1.0)).contains(&age)
}

fn installation(project: &Project, number: u64, day: f64) -> Installation {
    let trait_of = |which| hash_unit([project.seed, number, which]);
    let channel = pick(&CHANNELS, trait_of(4));
    let born = born(project, number);
    let release = if trait_of(5) < NEVER_UPDATES {
        project.release_on(born)
    } else {
        // Each release is taken up after its own time, and none is left again.
        let taken = |release: &usize| {
            let lag = -channel.days_to_update * (1.0 - hash_unit([project.seed ^ number, *release as u64, 6])).ln();
            project.releases[*release].day + lag <= day
        };
        let newest = (0..=project.release_on(day)).rev().find(taken).unwrap_or(0);
        newest.max(project.release_on(born))
    };
    Installation {
        id: hash([project.seed, number, 7]),
        channel,
        system: pick(&SYSTEMS, trait_of(8)),
        country: pick(&COUNTRIES, trait_of(9)),
        release,
    }
}
