//! A tool: what it can do, its releases, and how much it is used.

use super::Plan;
use super::rhythm;
use crate::random::{Random, hash, hash_unit};

/// Events that an installation makes on a day on which it is there.
const EVENTS_A_DAY: f64 = 6.0;
/// Days that installations stay, all in all and within the half year before.
const DAYS_THERE: f64 = 65.0;
/// Releases from so many days before the first one.
const RELEASES_SINCE: f64 = -150.0;
/// The rank of an operation to this power says how seldom it is used.
pub(super) const ZIPF: f64 = 1.1;

const VERBS: [&str; 8] = ["fetch", "check", "build", "sync", "plan", "apply", "list", "export"];
const NOUNS: [&str; 5] = ["", " all", " policy", " remote", " cache"];
const PARTS: [&str; 12] = [
    "connect", "read", "decode", "resolve", "compile", "write", "commit", "index", "verify", "upload", "wait", "clean",
];
const PROVIDERS: [&str; 9] = ["aws", "gcp", "azure", "github", "k8s", "postgres", "sqlite", "files", "other"];

#[derive(Debug)]
pub(super) struct Project {
    pub(super) name: String,
    pub(super) seed: u64,
    pub(super) first_day: i32,
    pub(super) operations: Vec<Operation>,
    /// The rank of operations up to each, from 0 to 1.
    pub(super) ranks: Vec<f64>,
    pub(super) parts: [&'static str; 12],
    pub(super) providers: [&'static str; 9],
    pub(super) releases: Vec<Release>,
    pub(super) births_a_day: f64,
    /// Whether its events say who.
    pub(super) identifies: bool,
    share: f64,
}

/// Something that the tool can do.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) name: String,
    /// The logarithm of its usual duration in microseconds, and how much that varies.
    pub(super) log_micros: f64,
    pub(super) spread: f64,
    pub(super) fails: f64,
}

#[derive(Debug)]
pub(super) struct Release {
    /// The first day being 0.
    pub(super) day: f64,
    pub(super) version: String,
    pub(super) commit: String,
    pub(super) built: String,
}

impl Project {
    pub(super) fn new(plan: &Plan, number: u32, share: f64) -> Self {
        let seed = hash([plan.seed, u64::from(number), 0]);
        let mut random = Random::new(seed);
        let operations: Vec<Operation> = operations(&mut random).collect();
        let mut sum = 0.0;
        let ranks = (1..=operations.len()).map(|rank| {
            sum += (rank as f64).powf(-ZIPF);
            sum
        });
        let ranks: Vec<f64> = ranks.collect();
        let events_a_day = plan.events as f64 * share / f64::from(plan.days.max(1));
        Self {
            name: format!("tool-{:02}", number + 1),
            seed,
            first_day: plan.first_day,
            operations,
            ranks: ranks.iter().map(|rank| rank / sum).collect(),
            parts: PARTS,
            providers: PROVIDERS,
            releases: releases(plan, &mut random),
            births_a_day: (events_a_day / EVENTS_A_DAY / DAYS_THERE).max(0.05),
            identifies: number % 4 != 3,
            share,
        }
    }

    /// How much there is in an hour since the first day, to be compared with other hours.
    pub(super) fn weight(&self, hour: u64) -> f64 {
        let day = i64::from(self.first_day) + (hour / 24) as i64;
        let grows = 1.0 + 0.004 * (hour / 24) as f64;
        let burst = if self.is_burst(hour) { 6.0 } else { 1.0 };
        self.share * grows * rhythm::of_day(day) * rhythm::of_hour(hour % 24) * burst
    }

    /// Whether CI runs come in a burst: a pipeline with a hundred jobs was started.
    pub(super) fn is_burst(&self, hour: u64) -> bool {
        let day = i64::from(self.first_day) + (hour / 24) as i64;
        !rhythm::is_weekend(day) && hash_unit([self.seed, hour, 10]) < 0.01
    }

    /// The operation at this place of all, by Zipf's law.
    pub(super) fn operation(&self, unit: f64) -> usize {
        self.ranks.partition_point(|rank| *rank <= unit).min(self.operations.len() - 1)
    }

    /// The newest release on this day.
    pub(super) fn release_on(&self, day: f64) -> usize {
        self.releases.partition_point(|release| release.day <= day).saturating_sub(1)
    }
}

fn operations(random: &mut Random) -> impl Iterator<Item = Operation> {
    let names = NOUNS.iter().flat_map(|noun| VERBS.iter().map(move |verb| format!("{verb}{noun}")));
    names.map(|name| Operation {
        name,
        // From 5 ms to a minute and a half.
        log_micros: 8.5 + 9.8 * random.unit(),
        spread: 0.5 + 0.6 * random.unit(),
        fails: 0.01 + 0.11 * random.unit(),
    })
}

/// Every ten to twenty days one, every fifth a minor one.
fn releases(plan: &Plan, random: &mut Random) -> Vec<Release> {
    let mut releases = Vec::new();
    let (mut day, mut minor, mut patch) = (RELEASES_SINCE, 0, 0);
    while day < f64::from(plan.days) {
        releases.push(Release {
            day,
            version: format!("1.{minor}.{patch}"),
            commit: format!("{:07x}", random.next() >> 36),
            built: date(i64::from(plan.first_day) + day.floor() as i64),
        });
        day += 10.0 + 10.0 * random.unit();
        (minor, patch) = if random.chance(0.2) { (minor + 1, 0) } else { (minor, patch + 1) };
    }
    releases
}

/// `2026-11-22` of days since 1970-01-01, by Howard Hinnant's `civil_from_days`.
fn date(days: i64) -> String {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    format!("{:04}-{month:02}-{day:02}", year + era * 400 + i64::from(month <= 2))
}
