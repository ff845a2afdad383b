//! One run of a tool: an operation, and what else it says.

use std::collections::VecDeque;

use super::event::Event;
use super::installation::{self, COUNTRIES};
use super::project::Project;
use crate::random::{Random, pick};

const MICROS_AN_HOUR: i64 = 3_600_000_000;
/// A burst of CI jobs begins within ten minutes.
const MICROS_A_BURST: i64 = 600_000_000;

const SERVICES: [(&str, f64); 5] =
    [("github_actions", 68.0), ("gitlab_ci", 15.0), ("jenkins", 8.0), ("circleci", 5.0), ("other", 4.0)];
const AGENTS: [(&str, f64); 3] = [("none", 90.0), ("claude_code", 6.0), ("other", 4.0)];
const CLASSES: [(&str, f64); 6] =
    [("network", 40.0), ("timeout", 20.0), ("permission", 15.0), ("not_found", 12.0), ("parse", 8.0), ("other", 5.0)];

/// Adds the events of a run in this hour since the first day.
pub(super) fn run<'w>(project: &'w Project, hour: u64, random: &mut Random, events: &mut VecDeque<Event<'w>>) {
    let burst = project.is_burst(hour);
    let is_ci = random.chance(if burst { 0.85 } else { 0.25 });
    let within = random.below(if burst && is_ci { MICROS_A_BURST } else { MICROS_AN_HOUR } as u64) as i64;
    let micros = i64::from(project.first_day) * 24 * MICROS_AN_HOUR + hour as i64 * MICROS_AN_HOUR + within;
    let template = environment(project, hour, is_ci, micros, random);

    let operation = &project.operations[project.operation(random.unit())];
    let duration = (operation.log_micros + operation.spread * random.normal()).exp();
    let (outcome, error_class) = match random.unit() {
        chance if chance < operation.fails => ("error", Some(pick(&CLASSES, random.unit()))),
        chance if chance < operation.fails + 0.01 => ("cancelled", None),
        _ => ("ok", None),
    };
    let provider = project.providers[(random.unit().powi(2) * project.providers.len() as f64) as usize];
    let first = events.len();
    events.push_back(Event {
        kind: "operation",
        name: &operation.name,
        outcome: Some(outcome),
        error_class,
        duration_micros: Some(duration as u64),
        provider: Some(provider),
        resources: Some(random.below(1000) as i64),
        ..template.clone()
    });
    for step in 0..random.below(3) {
        let part = project.parts[((random.unit().powi(2) * 4.0) as usize + 4 * step as usize).min(11)];
        events.push_back(Event {
            kind: "part",
            name: part,
            parent: Some(&operation.name),
            outcome: Some(outcome),
            duration_micros: Some((duration * (0.1 + 0.3 * random.unit())) as u64),
            provider: Some(provider),
            ..template.clone()
        });
    }
    if let Some(class) = error_class.filter(|_| random.chance(0.5)) {
        events.push_back(Event { kind: "error", name: class, parent: Some(&operation.name), ..template.clone() });
    }
    if random.chance(0.1) {
        events.push_back(Event { kind: "component", name: provider, parent: Some("provider"), ..template.clone() });
    }
    if random.chance(0.05) {
        events.push_back(Event { kind: "count", name: "cache_hit", ..template.clone() });
    }
    if random.chance(0.02) {
        events.push_back(Event { kind: "lifecycle", name: "started", ..template });
    }
    for event in events.iter_mut().skip(first) {
        event.message = random.next();
    }
}

/// What every event of the run says of where it was made.
fn environment<'w>(project: &'w Project, hour: u64, is_ci: bool, micros: i64, random: &mut Random) -> Event<'w> {
    let day = hour as f64 / 24.0;
    let mut event = Event {
        project: &project.name,
        micros,
        message: 0,
        is_retry: false,
        kind: "operation",
        name: "",
        parent: None,
        outcome: None,
        error_class: None,
        duration_micros: None,
        installation: None,
        run: random.next(),
        version: "",
        commit: "",
        built: "",
        channel: "docker",
        os: "linux",
        os_version: "12",
        arch: "x86_64",
        ci: "none",
        container: is_ci,
        interactive: false,
        agent: "none",
        country: "US",
        provider: None,
        resources: None,
    };
    let release = if is_ci {
        event.ci = pick(&SERVICES, random.unit());
        event.country = pick(&COUNTRIES, random.unit());
        // Most pipelines take the newest, some pin what they once had.
        project.release_on(day - if random.chance(0.8) { 1.0 } else { 60.0 * random.unit() })
    } else {
        let installation = installation::on_day(project, day, random);
        event.installation = project.identifies.then_some(installation.id);
        event.channel = installation.channel.name;
        (event.os, event.os_version, event.arch) = installation.system;
        event.container = installation.channel.name == "docker";
        event.country = installation.country;
        event.agent = pick(&AGENTS, random.unit());
        event.interactive = event.agent == "none" && random.chance(0.8);
        installation.release
    };
    let release = &project.releases[release];
    (event.version, event.commit, event.built) = (&release.version, &release.commit, &release.built);
    event
}
