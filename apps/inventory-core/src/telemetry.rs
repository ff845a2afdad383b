//! The seam to telemetry. The rest of the server says here what happens, in its own words; `telemetry.toml` says what of
//! that is recorded.

use std::{fmt, sync::Mutex};

use candor::{
    ErrorClass as RecordedClass, Fields, Heartbeats, Instance, PartRun, Quiet, Run, Telemetry, invocation::CommandPath,
};
use inventory_store::{
    Classified, ErrorClass, Observer, Step,
    database::{BackendKind, DatabaseError},
    machine::CollectError,
    providers::Provider,
};

use crate::job::{JobError, Trigger};

candor::manifest!("telemetry.toml");

use telemetry::{
    Component, Count, Error, Lifecycle, Operation, collect, command, database, instance, job_check, job_collect,
    job_prune,
};
pub(crate) use telemetry::{TelemetryArgs, TelemetryCommand};

/// Of one run of the server. Nothing is recorded where its user does not want it.
pub(crate) struct Usage {
    telemetry: Telemetry,
    backend: BackendKind,
    instance: Mutex<Option<Instance<instance::Scope>>>,
}

impl fmt::Debug for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Usage").finish_non_exhaustive()
    }
}

impl Usage {
    /// Asks for consent, and shows the notice where it is due, unless a program reads what the server writes.
    pub(crate) fn start(args: &TelemetryArgs, quiet: bool, backend: BackendKind) -> Self {
        let telemetry = if quiet { telemetry::start(&Quiet(args)) } else { telemetry::start(args) };
        Self { telemetry, backend, instance: Mutex::default() }
    }

    /// The server is up.
    pub(crate) fn started(&self, heartbeats: Heartbeats) {
        self.set(Some(self.telemetry.lifecycle_with(Lifecycle::Instance, heartbeats)));
    }

    /// The server has ended.
    pub(crate) fn stopped(&self) {
        self.set(None);
    }

    fn set(&self, instance: Option<Instance<instance::Scope>>) {
        *self.instance.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = instance;
    }

    /// A command is executed: its name, and nothing that was written behind it.
    pub(crate) fn command(&self, name: &CommandPath) {
        self.telemetry.count_with(Count::Command, 1, |fields| fields.set(command::COMMAND, name));
    }

    /// The database of the inventory cannot be used. That nothing was collected yet is no failure.
    #[track_caller]
    pub(crate) fn database_failed(&self, error: &DatabaseError) {
        let step = match error {
            DatabaseError::Missing { .. } => return,
            DatabaseError::Read { .. } => database::Step::Read,
            DatabaseError::Write { .. } => database::Step::Write,
            _ => database::Step::Open,
        };
        self.telemetry.error_with(Error::Database, error, |fields| fields.set(database::STEP, step));
    }

    /// A job did not end well.
    #[track_caller]
    fn job_ended<T>(&self, result: &Result<T, JobError>) {
        if let Err(JobError::Database(error)) = result {
            self.database_failed(error);
        }
    }

    /// A job begins to collect.
    pub(crate) fn collect(&self, trigger: Trigger) -> CollectRun<'_> {
        let mut run = self.telemetry.operation(Operation::JobCollect);
        run.set(
            job_collect::TRIGGER,
            match trigger {
                Trigger::Schedule => job_collect::Trigger::Schedule,
                Trigger::Request => job_collect::Trigger::Request,
            },
        );
        run.set(
            job_collect::BACKEND,
            match self.backend {
                BackendKind::Sqlite => job_collect::Backend::Sqlite,
                BackendKind::Postgres => job_collect::Backend::Postgres,
            },
        );
        CollectRun { run, usage: self }
    }

    /// A job begins to check policies.
    pub(crate) fn check(&self, trigger: Trigger) -> CheckRun<'_> {
        let mut run = self.telemetry.operation(Operation::JobCheck);
        run.set(
            job_check::TRIGGER,
            match trigger {
                Trigger::Schedule => job_check::Trigger::Schedule,
                Trigger::Request => job_check::Trigger::Request,
            },
        );
        CheckRun { run, usage: self }
    }

    /// A job begins to take out what is old.
    pub(crate) fn prune(&self, trigger: Trigger) -> PruneRun<'_> {
        let mut run = self.telemetry.operation(Operation::JobPrune);
        run.set(
            job_prune::TRIGGER,
            match trigger {
                Trigger::Schedule => job_prune::Trigger::Schedule,
                Trigger::Request => job_prune::Trigger::Request,
            },
        );
        PruneRun { run, usage: self }
    }
}

/// Of a job that collects.
pub(crate) struct CollectRun<'a> {
    run: Run<job_collect::Scope>,
    usage: &'a Usage,
}

impl CollectRun<'_> {
    /// It asks these providers.
    pub(crate) fn asks(&mut self, providers: &[&'static dyn Provider]) {
        self.run.set(job_collect::PROVIDERS, providers.len() as u64);
        for provider in providers {
            self.usage.telemetry.component(Component::Provider, provider.name(), provider.version());
        }
    }

    /// A provider found nothing.
    #[track_caller]
    pub(crate) fn provider_failed(&self, provider: &dyn Provider, error: &CollectError) {
        let named = |fields: &mut Fields<_>| fields.set(collect::PROVIDER, provider.name());
        self.usage.telemetry.error_with(Error::Collect, error, named);
    }

    /// How many resources were found.
    pub(crate) fn resources(&mut self, number: usize) {
        self.run.set(job_collect::RESOURCES, number as u64);
    }

    /// It ended.
    #[track_caller]
    pub(crate) fn finish<T>(self, result: &Result<T, JobError>) {
        self.usage.job_ended(result);
        self.run.finish_as(result, class);
    }
}

impl Observer for CollectRun<'_> {
    type Collecting = Part<job_collect::Scope, job_collect::collect::Scope>;
    type Storing = Part<job_collect::Scope, job_collect::store::Scope>;

    fn collecting(&self, provider: &'static str) -> Self::Collecting {
        let mut part = self.run.part(job_collect::Part::Collect);
        part.set(job_collect::collect::PROVIDER, provider);
        Part(part)
    }

    fn storing(&self, provider: &'static str) -> Self::Storing {
        let mut part = self.run.part(job_collect::Part::Store);
        part.set(job_collect::store::PROVIDER, provider);
        Part(part)
    }

    fn finished(&self, _: &'static str) {}
}

/// Of one step of a job.
pub(crate) struct Part<S, P>(PartRun<S, P>);

impl<S, P> Step for Part<S, P> {
    fn end(self, result: Result<(), ErrorClass>) {
        self.0.finish_as(&result, |class| RecordedClass::new(class.name()));
    }
}

/// Of a job that checks policies.
pub(crate) struct CheckRun<'a> {
    run: Run<job_check::Scope>,
    usage: &'a Usage,
}

impl CheckRun<'_> {
    /// How many rules were checked, and how many violations they found.
    pub(crate) fn found(&mut self, rules: usize, violations: u64) {
        self.run.set(job_check::RULES, rules as u64);
        self.run.set(job_check::VIOLATIONS, violations);
    }

    /// It ended. A violated policy is a result, not an error.
    #[track_caller]
    pub(crate) fn finish<T>(self, result: &Result<T, JobError>) {
        self.usage.job_ended(result);
        self.run.finish_as(result, class);
    }
}

/// Of a job that takes out what is old.
pub(crate) struct PruneRun<'a> {
    run: Run<job_prune::Scope>,
    usage: &'a Usage,
}

impl PruneRun<'_> {
    /// It ended.
    #[track_caller]
    pub(crate) fn finish<T>(self, result: &Result<T, JobError>) {
        self.usage.job_ended(result);
        self.run.finish_as(result, class);
    }
}

/// All that usage has of an error: which of the listed classes it is.
fn class(error: &JobError) -> RecordedClass {
    RecordedClass::new(error.class().name())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::collections::BTreeSet;

    use inventory_store::ErrorClass;

    fn manifest() -> toml::Table {
        toml::from_str(include_str!("../telemetry.toml")).unwrap()
    }

    #[test]
    fn only_classes_of_errors_that_exist_are_declared() {
        let manifest = manifest();
        let operations = manifest["operation"].as_table().unwrap().values();
        let declared: BTreeSet<&str> = operations
            .flat_map(|operation| operation["errors"].as_array().unwrap())
            .map(|e| e.as_str().unwrap())
            .collect();
        let known: BTreeSet<&str> = ErrorClass::ALL.iter().map(|class| class.name()).collect();
        assert!(declared.is_subset(&known), "{declared:?}");
    }
}
