//! Telemetry by the Candor SDK: what the tool says about itself, as the records that `telemetry.toml` declares.

use candor::{ErrorClass as RecordedClass, Fields, Level, PartRun as Part, Quiet, Run, Telemetry};

use inventory_store::{
    Classified, ErrorClass, Step,
    database::{BackendKind, Database, DatabaseError},
    machine::CollectError,
    providers::Provider,
};

use super::Reader;
use crate::command::CommandError;

candor::manifest!("telemetry.toml");

use telemetry::{Component, Error, Operation, fetch, policy_run, providers_list};
pub(crate) use telemetry::{TelemetryArgs, TelemetryCommand};

/// Of one run of the tool. Nothing is recorded where the user does not want it.
pub(crate) struct Usage {
    telemetry: Telemetry,
}

impl Usage {
    /// Asks for consent, and shows the notice where it is due and a person reads it.
    pub(crate) fn start(args: &TelemetryArgs, reader: Reader) -> Self {
        let telemetry = match reader {
            Reader::Person => telemetry::start(args),
            Reader::Program => telemetry::start(&Quiet(args)),
        };
        Self { telemetry }
    }

    /// A `fetch` begins.
    pub(crate) fn fetch(&self) -> FetchRun<'_> {
        FetchRun { run: self.telemetry.operation(Operation::Fetch), usage: self }
    }

    /// A `policy run` begins.
    pub(crate) fn policy_run(&self) -> PolicyRun<'_> {
        PolicyRun { run: self.telemetry.operation(Operation::PolicyRun), usage: self }
    }

    /// A `providers list` begins.
    pub(crate) fn providers_list(&self) -> ProvidersListRun {
        ProvidersListRun { run: self.telemetry.operation(Operation::ProvidersList) }
    }
}

impl Usage {
    /// Reports a database that cannot be used. That there is no inventory yet is no failure.
    #[track_caller]
    fn report<T>(&self, result: &Result<T, CommandError>) {
        let Err(CommandError::Database(error)) = result else { return };
        let step = match error {
            DatabaseError::Missing { .. } => return,
            DatabaseError::Read { .. } => telemetry::database::Step::Read,
            DatabaseError::Write { .. } => telemetry::database::Step::Write,
            _ => telemetry::database::Step::Open,
        };
        self.telemetry.error_with(Error::Database, error, |fields| fields.set(telemetry::database::STEP, step));
    }

    /// Tells which inventory it is by the id that the database gave itself; the SDK makes a hash of it. Where nothing is
    /// recorded, the database is not even asked.
    fn works_with(&self, database: &mut Database) {
        if self.telemetry.decision().level == Level::Off {
            return;
        }
        // Without an id the records say nothing of the database.
        if let Ok(Some(id)) = database.instance_id() {
            self.telemetry.set_database_id(&id);
        }
    }
}

/// Of one `fetch`.
pub(crate) struct FetchRun<'a> {
    run: Run<fetch::Scope>,
    usage: &'a Usage,
}

/// Of a provider that looks at the machine.
pub(crate) type Collecting = PartRun<fetch::Scope, fetch::collect::Scope>;
/// Of what it found being stored.
pub(crate) type Storing = PartRun<fetch::Scope, fetch::store::Scope>;

impl FetchRun<'_> {
    /// The inventory is open.
    pub(crate) fn works_with(&self, database: &mut Database) {
        self.usage.works_with(database);
    }

    /// It will ask these providers, for an inventory in such a database.
    pub(crate) fn asks(&mut self, providers: &[&'static dyn Provider], database: BackendKind) {
        self.run.set(
            fetch::BACKEND,
            match database {
                BackendKind::Sqlite => fetch::Backend::Sqlite,
                BackendKind::Postgres => fetch::Backend::Postgres,
            },
        );
        self.run.set(fetch::PROVIDERS, providers.len() as u64);
        for provider in providers {
            self.usage.telemetry.component(Component::Provider, provider.name(), provider.version());
        }
    }

    /// A provider begins to look at the machine; on any thread.
    pub(crate) fn collecting(&self, provider: &'static str) -> Collecting {
        let mut part = self.run.part(fetch::Part::Collect);
        part.set(fetch::collect::PROVIDER, provider);
        PartRun { part }
    }

    /// What a provider found is about to be stored.
    pub(crate) fn storing(&self, provider: &'static str) -> Storing {
        let mut part = self.run.part(fetch::Part::Store);
        part.set(fetch::store::PROVIDER, provider);
        PartRun { part }
    }

    /// How many resources were found.
    pub(crate) fn resources(&mut self, number: usize) {
        self.run.set(fetch::RESOURCES, number as u64);
    }

    /// A provider found nothing.
    #[track_caller]
    pub(crate) fn provider_failed(&self, provider: &dyn Provider, error: &CollectError) {
        let named = |fields: &mut Fields<_>| fields.set(telemetry::collect::PROVIDER, provider.name());
        self.usage.telemetry.error_with(Error::Collect, error, named);
    }

    /// It ended.
    #[track_caller]
    pub(crate) fn finish<T>(self, result: &Result<T, CommandError>) {
        self.usage.report(result);
        self.run.finish_as(result, class);
    }
}

/// Of one part of an operation.
pub(crate) struct PartRun<S, P> {
    part: Part<S, P>,
}

impl<S, P> Step for PartRun<S, P> {
    fn end(self, result: Result<(), ErrorClass>) {
        self.part.finish_as(&result, |class| RecordedClass::new(class.name()));
    }
}

/// Of one `policy run`.
pub(crate) struct PolicyRun<'a> {
    run: Run<policy_run::Scope>,
    usage: &'a Usage,
}

impl PolicyRun<'_> {
    /// The inventory is open.
    pub(crate) fn works_with(&self, database: &mut Database) {
        self.usage.works_with(database);
    }

    /// How many rules were checked, and how many violations they found.
    pub(crate) fn found(&mut self, rules: usize, violations: u64) {
        self.run.set(policy_run::RULES, rules as u64);
        self.run.set(policy_run::VIOLATIONS, violations);
    }

    /// It ended. A violated policy is a result, not an error.
    #[track_caller]
    pub(crate) fn finish<T>(self, result: &Result<T, CommandError>) {
        self.usage.report(result);
        self.run.finish_as(result, class);
    }
}

/// Of one `providers list`.
pub(crate) struct ProvidersListRun {
    run: Run<providers_list::Scope>,
}

impl ProvidersListRun {
    /// It ended.
    pub(crate) fn finish<T>(self, result: &Result<T, CommandError>) {
        self.run.finish_as(result, class);
    }
}

/// All that usage has of an error: which of the listed classes it is.
fn class(error: &CommandError) -> RecordedClass {
    RecordedClass::new(error.class().name())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::collections::BTreeSet;

    use inventory_store::{ErrorClass, providers};

    fn manifest() -> toml::Table {
        toml::from_str(include_str!("../../telemetry.toml")).unwrap()
    }

    #[test]
    fn every_class_of_error_is_declared_and_no_other_is() {
        let manifest = manifest();
        let operations = manifest["operation"].as_table().unwrap().values();
        let declared: BTreeSet<&str> = operations
            .flat_map(|operation| operation["errors"].as_array().unwrap())
            .map(|e| e.as_str().unwrap())
            .collect();
        assert_eq!(declared, ErrorClass::ALL.map(ErrorClass::name).into());
    }

    #[test]
    fn every_provider_has_a_name_that_may_be_recorded() {
        let names = &manifest()["component"]["provider"]["names"];
        assert_eq!(names["pattern"].as_str(), Some("[a-z]+"));
        assert!(providers::ALL.len() as i64 <= names["max_distinct"].as_integer().unwrap());
    }
}
