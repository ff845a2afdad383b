use std::collections::{HashMap, HashSet};

use super::project::ZIPF;
use super::*;

const DAY: i64 = 86_400_000_000;

fn count_by<K: std::hash::Hash + Eq>(world: &World, key: impl Fn(&Event<'_>) -> Option<K>) -> HashMap<K, u64> {
    let mut counts = HashMap::new();
    for key in world.events().filter_map(|event| key(&event)) {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn one_project(events: u64) -> World {
    World::new(Plan { projects: 1, events, ..Plan::default() })
}

#[test]
fn a_seed_makes_the_same_events_and_another_seed_others() {
    let of = |seed| {
        let world = World::new(Plan { seed, events: 2000, ..Plan::default() });
        world.events().map(|event| format!("{event:?}")).collect::<Vec<_>>()
    };
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
    assert_eq!(of(1).len(), 2000);
}

#[test]
fn every_event_lies_in_the_days_that_were_asked_for() {
    let plan = Plan { days: 3, projects: 2, events: 5000, ..Plan::default() };
    let world = World::new(plan);
    let days: HashSet<i64> = world.events().map(|event| event.micros.div_euclid(DAY)).collect();
    assert_eq!(days, (0..3).map(|day| i64::from(plan.first_day) + day).collect());
    let mut hours = world.events().map(|event| event.micros / (DAY / 24));
    assert!(hours.by_ref().is_sorted(), "hour by hour");
}

#[test]
fn weekends_and_nights_are_quiet() {
    let world = World::new(Plan { days: 28, events: 50_000, ..Plan::default() });
    let of = |wanted: fn(i64) -> bool| world.events().filter(|event| wanted(event.micros)).count() as f64;
    let weekend = of(|micros| (micros.div_euclid(DAY) + 3) % 7 >= 5) / 2.0;
    let week = of(|micros| (micros.div_euclid(DAY) + 3) % 7 < 5) / 5.0;
    assert!((0.3..0.5).contains(&(weekend / week)), "{}", weekend / week);
    let night = of(|micros| (1..5).contains(&(micros % DAY / (DAY / 24))));
    let noon = of(|micros| (13..17).contains(&(micros % DAY / (DAY / 24))));
    assert!((0.25..0.5).contains(&(night / noon)), "{}", night / noon);
}

#[test]
fn operations_are_used_by_zipfs_law() {
    let world = one_project(100_000);
    let counts =
        count_by(&world, |event| (event.kind == "operation" && !event.is_retry).then(|| event.name.to_owned()));
    let mut counts: Vec<f64> = counts.into_values().map(|count| count as f64).collect();
    counts.sort_by(|a, b| b.total_cmp(a));
    // The slope of rank against use, both by their logarithms, over ranks that are used often enough.
    let points: Vec<(f64, f64)> =
        counts.iter().take(20).enumerate().map(|(rank, count)| ((rank as f64 + 1.0).ln(), count.ln())).collect();
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / n, y + point.1 / n));
    let above: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let below: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    assert!((above / below + ZIPF).abs() < 0.05, "{}", above / below);
}

#[test]
fn a_release_is_taken_up_along_a_curve_and_by_some_never() {
    let world = one_project(200_000);
    let project = &world.projects[0];
    let number = project.releases.iter().position(|release| (20.0..45.0).contains(&release.day)).unwrap();
    let release = &project.releases[number];
    let (version, next) = (release.version.as_str(), project.releases.get(number + 1));
    let born = i64::from(world.plan.first_day) + release.day.ceil() as i64;
    let people = world.events().filter(|event| event.ci == "none");
    let seen: Vec<(i64, bool)> =
        people.map(|event| (event.micros.div_euclid(DAY) - born, event.built >= release.built.as_str())).collect();
    let share = |day: i64| {
        let that_day = || seen.iter().filter(|(of, _)| *of == day);
        that_day().filter(|(_, is_newer)| *is_newer).count() as f64 / that_day().count() as f64
    };
    let curve: Vec<f64> = [-2, 1, 7, 21, 40].into_iter().map(share).collect();
    assert!(curve.is_sorted() && curve[0] == 0.0, "{version}, then {next:?}: {curve:?}");
    assert!(curve[1] < 0.4 && curve[2] > 0.25 && curve[4] > 0.6 && curve[4] < 0.98, "{curve:?}");
}

#[test]
fn installations_come_and_most_of_them_go() {
    let world = one_project(200_000);
    let first = i64::from(world.plan.first_day);
    let seen = |from: i64, to: i64| -> HashSet<u64> {
        let within = |event: &Event<'_>| (from..to).contains(&(event.micros.div_euclid(DAY) - first));
        world.events().filter(within).filter_map(|event| event.installation).collect()
    };
    let (early, late) = (seen(0, 14), seen(76, 90));
    let stayed = early.intersection(&late).count() as f64 / early.len() as f64;
    assert!((0.15..0.7).contains(&stayed), "{stayed}");
    assert!(late.difference(&early).count() * 4 > late.len(), "there are new ones");
}

#[test]
fn ci_comes_in_bursts_without_an_installation() {
    let world = one_project(200_000);
    assert!(world.events().all(|event| event.ci == "none" || event.installation.is_none()));
    let hours = count_by(&world, |event| (event.ci != "none").then_some(event.micros / (DAY / 24)));
    let mut hours: Vec<u64> = hours.into_values().collect();
    hours.sort_unstable();
    let (middle, highest) = (hours[hours.len() / 2], hours[hours.len() - 1]);
    assert!(highest > 8 * middle, "{middle} and {highest}");
}

#[test]
fn what_comes_again_is_what_came() {
    let world = one_project(50_000);
    let first: HashMap<u64, i64> =
        world.events().filter(|event| !event.is_retry).map(|event| (event.message, event.micros)).collect();
    let again: Vec<(u64, i64)> =
        world.events().filter(|event| event.is_retry).map(|event| (event.message, event.micros)).collect();
    let share = again.len() as f64 / 50_000.0;
    assert!((0.008..0.025).contains(&share), "{share}");
    assert!(again.iter().all(|(message, micros)| first.get(message) == Some(micros)));
    assert_eq!(first.len() + again.len(), 50_000, "no two messages are taken for one");
}

#[test]
fn durations_are_log_normal_by_operation() {
    let world = one_project(100_000);
    let operation = &world.projects[0].operations[0];
    let of_it = world.events().filter(|event| event.kind == "operation" && event.name == operation.name);
    let logs: Vec<f64> = of_it.filter_map(|event| Some((event.duration_micros? as f64).ln())).collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    let deviation = (logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / logs.len() as f64).sqrt();
    assert!((mean - operation.log_micros).abs() < 0.05, "{mean}");
    assert!((deviation - operation.spread).abs() < 0.05, "{deviation}");
}

#[test]
fn projects_share_the_events_by_their_rank() {
    let world = World::new(Plan { events: 100_000, ..Plan::default() });
    let counts = count_by(&world, |event| Some(event.project.to_owned()));
    let of = |name: &str| counts[name] as f64;
    assert_eq!(counts.len(), 20);
    assert!((1.7..2.3).contains(&(of("tool-01") / of("tool-02"))));
    assert!((8.0..12.0).contains(&(of("tool-01") / of("tool-10"))));
}
