//! Real runs of the reference tool, each a process in the home of its computer.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::plan::{COMPUTERS, PlannedRun, Task, Telemetry};

/// Why a run could not be made as planned.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    #[error("failed to prepare the home of a computer: {0}")]
    Home(#[source] io::Error),
    #[error("failed to start the reference tool: {0}")]
    Start(#[source] io::Error),
    #[error("the reference tool ended with {status} where {expected} was expected: {command}\n{errors}")]
    Unexpected { command: String, status: String, expected: i32, errors: String },
}

/// The computers: where they are, the tool's versions, and where their telemetry goes.
pub(crate) struct Computers {
    folder: PathBuf,
    tools: Vec<PathBuf>,
    endpoint: String,
    policies: PathBuf,
}

impl Computers {
    /// Homes in `folder`, in which the user has said that statistics may be sent.
    pub(crate) fn prepare(
        folder: &Path,
        tools: Vec<PathBuf>,
        endpoint: String,
        policies: PathBuf,
    ) -> Result<Self, RunError> {
        let computers = Self { folder: folder.to_owned(), tools, endpoint, policies };
        for computer in 0..COMPUTERS {
            let consent = computers.home(computer).join("config/candor");
            fs::create_dir_all(&consent).map_err(RunError::Home)?;
            fs::write(consent.join("consent.toml"), "[inventory]\nlevel = \"stats\"\n").map_err(RunError::Home)?;
        }
        Ok(computers)
    }

    fn home(&self, computer: usize) -> PathBuf {
        self.folder.join(format!("computer-{computer}"))
    }

    /// Whether nothing that was recorded on a computer still waits to be sent. Who was active is a file that stays.
    pub(crate) fn is_delivered(&self, computer: usize) -> bool {
        let state = self.home(computer).join("state/inventory");
        let files = fs::read_dir(state).into_iter().flatten().flatten();
        let is_spool = |name: &str| name.starts_with("usage") && !name.ends_with(".active");
        let mut spools = files.filter(|file| is_spool(&file.file_name().to_string_lossy()));
        spools.all(|file| file.metadata().is_ok_and(|metadata| metadata.len() == 0))
    }

    /// Whether the tool ever wrote anything about itself on a computer.
    pub(crate) fn has_state(&self, computer: usize) -> bool {
        self.home(computer).join("state").exists()
    }

    /// Makes one run and checks that it ended as it should.
    pub(crate) fn run(&self, run: &PlannedRun) -> Result<(), RunError> {
        let mut command = self.command(run);
        let output = command.output().map_err(RunError::Start)?;
        let expected = if run.task == Task::FetchIntoNowhere { 1 } else { 0 };
        if output.status.code() == Some(expected) {
            return Ok(());
        }
        Err(RunError::Unexpected {
            command: format!("{command:?}"),
            status: output.status.to_string(),
            expected,
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    fn command(&self, run: &PlannedRun) -> Command {
        let home = self.home(run.computer);
        let mut command = Command::new(&self.tools[run.version]);
        // Nothing of this machine's own settings, consent or CI reaches the run.
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", &home).env("XDG_CONFIG_HOME", home.join("config")).env("CANDOR_HOME", home.join("state"));
        command.env("CANDOR_ENDPOINT", &self.endpoint).env("CANDOR_UPLOAD_INTERVAL", "0");
        if run.in_ci() {
            command.env("CI", "true").env("GITHUB_ACTIONS", "true");
        }
        match run.telemetry {
            Telemetry::On => {}
            Telemetry::OffByFlag => {
                command.arg("--no-telemetry");
            }
            Telemetry::OffByVariable => {
                command.env("CQ_NO_TELEMETRY", "1");
            }
            Telemetry::OffByDoNotTrack => {
                command.env("DO_NOT_TRACK", "1");
            }
        }
        let database = home.join("inventory.db");
        match run.task {
            Task::Fetch => command.args(["fetch", "--db"]).arg(database),
            Task::FetchIntoNowhere => command.args(["fetch", "--db"]).arg(home.join("missing/folder/inventory.db")),
            Task::PolicyRun => command.args(["policy", "run", "--warn"]).arg(&self.policies).arg("--db").arg(database),
            Task::ProvidersList => command.args(["providers", "list"]),
        };
        command.stdin(Stdio::null());
        command
    }
}
