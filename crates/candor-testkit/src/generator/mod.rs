//! Events as the users of twenty tools would make them: seeded, the same on every machine, and never all in memory.
//!
//! Nothing is remembered of an installation: when it came, when it leaves, what it runs on and how soon it updates are
//! hashes of its number. So a hundred million events take as much memory as a hundred.
//!
//! What is as in life: few projects, operations and installations make most events; installations come every day, and
//! many leave within three; a release is taken up along a curve, and some installations never update; weekends are quiet
//! and nights too; CI runs come in bursts, each from a machine that was never seen before; durations are log-normal by
//! operation; and some batches arrive twice.

mod event;
mod installation;
mod project;
mod rhythm;
mod run;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::random::Random;
pub use event::Event;
use project::Project;

/// Events that wait to come a second time.
const MOST_RETRIES: usize = 64;

/// What to make.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Another seed, other events.
    pub seed: u64,
    /// Projects, the first of them the largest.
    pub projects: u32,
    /// The first day, since 1970-01-01.
    pub first_day: i32,
    /// How many days.
    pub days: u32,
    /// Events in all, those that come a second time among them.
    pub events: u64,
}

impl Default for Plan {
    /// A hundred thousand events of twenty projects over ninety days from 2026-08-24 (a Monday) on.
    fn default() -> Self {
        Self { seed: 1, projects: 20, first_day: 20_689, days: 90, events: 100_000 }
    }
}

/// The projects with what they offer; events borrow its names.
#[derive(Debug)]
pub struct World {
    plan: Plan,
    projects: Vec<Project>,
}

impl World {
    /// Invents the projects of a plan.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let total: f64 = (0..plan.projects).map(project_share).sum();
        let project = |number| Project::new(&plan, number, project_share(number) / total);
        Self { plan, projects: (0..plan.projects).map(project).collect() }
    }

    /// The names of the projects, the largest first.
    pub fn projects(&self) -> impl Iterator<Item = &str> {
        self.projects.iter().map(|project| project.name.as_str())
    }

    /// All events, hour by hour; within an hour project by project, in no order.
    #[must_use]
    pub fn events(&self) -> Events<'_> {
        let hours = u64::from(self.plan.days) * 24;
        let weight = |hour| self.projects.iter().map(|project| project.weight(hour)).sum::<f64>();
        Events {
            world: self,
            total: (0..hours).map(weight).sum(),
            random: Random::new(self.plan.seed),
            next_cell: 0,
            cell: None,
            weight: 0.0,
            made: 0,
            due: 0,
            waiting: VecDeque::new(),
            retries: VecDeque::new(),
        }
    }
}

/// By Zipf's law.
fn project_share(number: u32) -> f64 {
    1.0 / f64::from(number + 1)
}

/// The events of a [`World`].
#[derive(Debug)]
pub struct Events<'w> {
    world: &'w World,
    /// Of all hours of all projects.
    total: f64,
    random: Random,
    /// The next hour of a project.
    next_cell: u64,
    cell: Option<(&'w Project, u64)>,
    /// Of the hours so far.
    weight: f64,
    made: u64,
    /// How many there are to be when the hour is over.
    due: u64,
    waiting: VecDeque<Event<'w>>,
    retries: VecDeque<Event<'w>>,
}

impl<'w> Iterator for Events<'w> {
    type Item = Event<'w>;

    fn next(&mut self) -> Option<Event<'w>> {
        loop {
            if self.made >= self.world.plan.events {
                return None;
            }
            if self.made < self.due {
                break;
            }
            self.enter_next_hour()?;
        }
        if self.waiting.is_empty() {
            // What was not acknowledged comes again before the next run is sent.
            self.waiting.append(&mut self.retries);
        }
        if self.waiting.is_empty() {
            let (project, hour) = self.cell?;
            run::run(project, hour, &mut self.random, &mut self.waiting);
            if self.random.chance(0.015) {
                let again =
                    self.waiting.iter().take(MOST_RETRIES).map(|event| Event { is_retry: true, ..event.clone() });
                self.retries.extend(again);
            }
        }
        self.made += 1;
        self.waiting.pop_front()
    }
}

impl Events<'_> {
    /// `None` when there is none.
    fn enter_next_hour(&mut self) -> Option<()> {
        let world = self.world;
        let (projects, plan) = (world.projects.len() as u64, &world.plan);
        let hour = self.next_cell / projects.max(1);
        if hour >= u64::from(plan.days) * 24 {
            return None;
        }
        let project = world.projects.get((self.next_cell % projects) as usize)?;
        self.next_cell += 1;
        self.weight += project.weight(hour);
        self.cell = Some((project, hour));
        let is_last = self.next_cell == projects * u64::from(plan.days) * 24;
        // Rounded down over all so far, so that nothing is lost to rounding.
        self.due = if is_last { plan.events } else { (plan.events as f64 * self.weight / self.total) as u64 };
        Some(())
    }
}
