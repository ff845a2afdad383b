//! Which runs the demo makes: a few people, a CI service, three released versions, some failures, some opt-outs.

/// The released versions of the tool, oldest first.
pub(crate) const VERSIONS: [&str; 3] = ["1.0.0", "1.1.0", "1.2.0"];

/// Computers on which the tool runs, each with a home of its own.
pub(crate) const COMPUTERS: usize = 8;

/// The computer whose user always turns telemetry off, each time in another way.
pub(crate) const OPTED_OUT: usize = 1;

/// The last of the computers are CI runners.
pub(crate) const CI_RUNNERS: usize = 2;

/// One run of the tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlannedRun {
    /// On which computer.
    pub(crate) computer: usize,
    /// Which of [`VERSIONS`].
    pub(crate) version: usize,
    /// What it is asked to do.
    pub(crate) task: Task,
    /// Whether telemetry is on, or how it was turned off.
    pub(crate) telemetry: Telemetry,
}

/// What the tool is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Collect a few resources of this machine into a database.
    Fetch,
    /// The same, where the database cannot be created.
    FetchIntoNowhere,
    /// Check rules over what was fetched.
    PolicyRun,
    /// List the providers.
    ProvidersList,
}

/// Whether telemetry is on, or how the user turned it off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telemetry {
    On,
    OffByFlag,
    OffByVariable,
    OffByDoNotTrack,
}

impl PlannedRun {
    /// Whether the run happens on a CI runner.
    pub(crate) fn in_ci(&self) -> bool {
        self.computer >= COMPUTERS - CI_RUNNERS
    }
}

/// The whole plan, the same every time: `rounds` rounds in which every computer runs the tool once or twice.
pub(crate) fn plan(rounds: usize) -> Vec<PlannedRun> {
    let mut runs = Vec::new();
    for round in 0..rounds {
        for computer in 0..COMPUTERS {
            // Each computer upgrades at another time; the first keeps the oldest version.
            let version = if computer == 0 { 0 } else { ((round * 2 + computer) / 4).min(VERSIONS.len() - 1) };
            let telemetry = match (computer, round % 3) {
                (OPTED_OUT, 0) => Telemetry::OffByFlag,
                (OPTED_OUT, 1) => Telemetry::OffByVariable,
                (OPTED_OUT, _) => Telemetry::OffByDoNotTrack,
                _ => Telemetry::On,
            };
            let task = match (round + computer) % 5 {
                3 => Task::ProvidersList,
                4 => Task::FetchIntoNowhere,
                _ => Task::Fetch,
            };
            runs.push(PlannedRun { computer, version, task, telemetry });
            if task == Task::Fetch {
                runs.push(PlannedRun { computer, version, task: Task::PolicyRun, telemetry });
            }
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_shows_every_version_task_and_way_to_opt_out() {
        let runs = plan(4);
        for version in 0..VERSIONS.len() {
            assert!(runs.iter().any(|run| run.version == version && run.telemetry == Telemetry::On), "{version}");
        }
        for task in [Task::Fetch, Task::FetchIntoNowhere, Task::PolicyRun, Task::ProvidersList] {
            assert!(runs.iter().any(|run| run.task == task && run.telemetry == Telemetry::On), "{task:?}");
        }
        for telemetry in [Telemetry::OffByFlag, Telemetry::OffByVariable, Telemetry::OffByDoNotTrack] {
            assert!(runs.iter().any(|run| run.telemetry == telemetry), "{telemetry:?}");
        }
        assert!(runs.iter().any(PlannedRun::in_ci));
    }

    #[test]
    fn policies_run_only_after_a_fetch_on_the_same_computer() {
        let runs = plan(4);
        for (i, run) in runs.iter().enumerate().filter(|(_, run)| run.task == Task::PolicyRun) {
            let before = &runs[i - 1];
            assert_eq!((before.computer, before.task), (run.computer, Task::Fetch));
        }
    }
}
