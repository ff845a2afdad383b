//! No telemetry: the same names, and nothing behind them.

use clap::Args;

use super::Reader;
use crate::{classified::Classified, providers::Provider};

/// The opt-out is understood in every build, so that a script which passes it works with this one too.
#[derive(Debug, Args)]
pub(crate) struct TelemetryArgs {
    /// Without effect: this build has no telemetry
    #[arg(long, global = true)]
    no_telemetry: bool,
}

/// Of one run of the tool.
pub(crate) struct Usage;

impl Usage {
    pub(crate) fn start(_: &TelemetryArgs, _: Reader) -> Self {
        Self
    }

    pub(crate) fn fetch(&self, _: &[&'static dyn Provider]) -> FetchRun {
        FetchRun
    }

    pub(crate) fn policy_run(&self) -> PolicyRun {
        PolicyRun
    }

    pub(crate) fn providers_list(&self) -> ProvidersListRun {
        ProvidersListRun
    }
}

/// Of one `fetch`.
pub(crate) struct FetchRun;

impl FetchRun {
    pub(crate) fn collecting(&self, _provider: &'static str) -> PartRun {
        PartRun
    }

    pub(crate) fn storing(&self, _provider: &'static str) -> PartRun {
        PartRun
    }

    pub(crate) fn resources(&mut self, _number: usize) {}

    pub(crate) fn finish<T, E: Classified>(self, _: &Result<T, E>) {}
}

/// Of one part of a `fetch`.
pub(crate) struct PartRun;

impl PartRun {
    pub(crate) fn finish<T, E: Classified>(self, _: &Result<T, E>) {}
}

/// Of one `policy run`.
pub(crate) struct PolicyRun;

impl PolicyRun {
    pub(crate) fn found(&mut self, _rules: usize, _violations: u64) {}

    pub(crate) fn finish<T, E: Classified>(self, _: &Result<T, E>) {}
}

/// Of one `providers list`.
pub(crate) struct ProvidersListRun;

impl ProvidersListRun {
    pub(crate) fn finish<T, E: Classified>(self, _: &Result<T, E>) {}
}
