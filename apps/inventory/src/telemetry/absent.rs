//! No telemetry: the same names, and nothing behind them.

use std::{marker::PhantomData, process::ExitCode};

use clap::{Args, Subcommand};

use inventory_store::{
    database::{BackendKind, Database},
    machine::CollectError,
    providers::Provider,
};

use super::Reader;
use crate::{command::CommandError, output};

/// The flags are understood in every build, so that a script which passes them works with this one too.
#[derive(Debug, Args)]
pub(crate) struct TelemetryArgs {
    /// Without effect: this build has no telemetry
    #[arg(long, global = true)]
    no_telemetry: bool,
    /// Without effect: this build has no telemetry
    #[arg(long, global = true)]
    inspect_telemetry: bool,
}

/// `inventory telemetry …`
#[derive(Debug, Subcommand)]
pub(crate) enum TelemetryCommand {
    /// Say that this build has no telemetry
    Status,
}

impl TelemetryCommand {
    pub(crate) fn run(&self, _: &TelemetryArgs) -> ExitCode {
        let Self::Status = self;
        match output::print("This build of inventory has no telemetry: nothing is recorded or sent.\n") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        }
    }
}

/// Of one run of the tool.
pub(crate) struct Usage;

impl Usage {
    pub(crate) fn start(_: &TelemetryArgs, _: Reader) -> Self {
        Self
    }

    pub(crate) fn fetch(&self) -> FetchRun<'_> {
        FetchRun(PhantomData)
    }

    pub(crate) fn policy_run(&self) -> PolicyRun<'_> {
        PolicyRun(PhantomData)
    }

    pub(crate) fn providers_list(&self) -> ProvidersListRun {
        ProvidersListRun
    }
}

/// Of one `fetch`.
pub(crate) struct FetchRun<'a>(PhantomData<&'a Usage>);

/// Of a provider that looks at the machine.
pub(crate) type Collecting = ();
/// Of what it found being stored.
pub(crate) type Storing = ();

impl FetchRun<'_> {
    pub(crate) fn works_with(&self, _: &mut Database) {}

    pub(crate) fn asks(&mut self, _: &[&'static dyn Provider], _: BackendKind) {}

    pub(crate) fn collecting(&self, _provider: &'static str) -> Collecting {}

    pub(crate) fn storing(&self, _provider: &'static str) -> Storing {}

    pub(crate) fn resources(&mut self, _number: usize) {}

    pub(crate) fn provider_failed(&self, _: &dyn Provider, _: &CollectError) {}

    pub(crate) fn finish<T>(self, _: &Result<T, CommandError>) {}
}

/// Of one `policy run`.
pub(crate) struct PolicyRun<'a>(PhantomData<&'a Usage>);

impl PolicyRun<'_> {
    pub(crate) fn works_with(&self, _: &mut Database) {}

    pub(crate) fn found(&mut self, _rules: usize, _violations: u64) {}

    pub(crate) fn finish<T>(self, _: &Result<T, CommandError>) {}
}

/// Of one `providers list`.
pub(crate) struct ProvidersListRun;

impl ProvidersListRun {
    pub(crate) fn finish<T>(self, _: &Result<T, CommandError>) {}
}
