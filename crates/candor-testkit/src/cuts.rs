//! Power cuts of a collector that works.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{
    Clients, Collector, Disk, Journaling, Project, Random, candor,
    clients::{check, counted, tracks, tracks_of},
    create_project, post, program, sql, wait_until,
};

const CLIENTS: u64 = 4;
/// Events of an installation that wants to be forgotten.
const LEAVING: u64 = 20;
/// Flushed and compacted every second, so that cuts also hit commits of the tables.
const BUSY: [&str; 4] = ["--flush-interval", "1", "--maintenance-interval", "1"];
/// How long after its beginning, in microseconds, a cut comes at most: of the load, of a start, and of what is asked for.
const LOAD_US: u64 = 1_500_000;
const START_US: u64 = 600_000;
const COMMAND_US: u64 = 800_000;
/// Until every thread of a process that was told to stop has done so.
const STOPPING: Duration = Duration::from_millis(2);

/// What goes on beside the load when the power is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum During {
    /// Nothing else: acknowledging, flushing, compacting.
    Load,
    /// The collector starts.
    Start,
    /// `candor erase`
    Erasure,
    /// `candor backup`
    Backup,
}

impl During {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Load, Self::Start, Self::Erasure, Self::Backup];
}

/// A collector on a disk whose power is cut, and the clients of it.
pub struct PowerCuts {
    // Before the disk: they are dropped in this order.
    collector: Option<Collector>,
    clients: Option<Clients>,
    leaving: Project,
    token: String,
    data: PathBuf,
    log: PathBuf,
    random: Random,
    cuts: u64,
    disk: Disk,
}

impl PowerCuts {
    /// A collector under load on a new disk in `folder`.
    ///
    /// # Errors
    /// What is missing here to have such a disk.
    ///
    /// # Panics
    /// When the collector does not start.
    pub fn begin(folder: &Path, journaling: Journaling, random: Random) -> Result<Self, String> {
        let disk = Disk::create(folder, &format!("{journaling:?}").to_lowercase(), journaling)?;
        let (data, log) = (disk.place().join("data"), disk.place().with_extension("log"));
        let project = create_project(&data, "load", &[]);
        let leaving = create_project(&data, "leaving", &["--mode", "open"]);
        let token = ["token", "create", "--project", "leaving", "--scope", "admin", "--json", "--data"];
        let token = candor(&[&token[..], &[text(&data)]].concat()).stdout;
        let token: Value = serde_json::from_slice(&token).expect("JSON");
        let token = token["token"].as_str().expect("a token").to_owned();
        let collector = Collector::start_logging_to(&data, &BUSY, &log);
        let clients = Some(Clients::start(CLIENTS, collector.url(), project));
        Ok(Self { collector: Some(collector), clients, leaving, token, data, log, random, cuts: 0, disk })
    }

    /// Events that were acknowledged so far.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        self.clients.as_ref().map_or(0, Clients::acknowledged)
    }

    /// Cuts the power once, at a random moment, and starts the collector again.
    ///
    /// # Errors
    /// What was acknowledged and is not so.
    ///
    /// # Panics
    /// When the collector ends by itself or does not start again.
    pub fn cut(&mut self, during: During) -> Result<(), String> {
        self.cuts += 1;
        match during {
            During::Load => {
                self.wait(LOAD_US);
                let before = self.power_off(None);
                self.restart(before)
            }
            During::Start => self.cut_a_start(),
            During::Erasure => self.cut_an_erasure(),
            During::Backup => self.cut_a_backup(),
        }
    }

    /// Leaves the disk's image where it is when this is dropped, for whoever wants to look at it.
    pub fn keep(&mut self) {
        self.disk.keep();
    }

    /// Ends the load, and holds what is counted against what was acknowledged: beside the collector and after it ended.
    ///
    /// # Errors
    /// What is not the same; otherwise the number of events.
    ///
    /// # Panics
    /// When the collector does not end well.
    pub fn end(mut self) -> Result<u64, String> {
        let (sent, refusals) = self.clients.take().map(Clients::stop).unwrap_or_default();
        check(&self.data, sent)?;
        if let Some(collector) = self.collector.take() {
            collector.terminate();
        }
        check(&self.data, sent)?;
        match refusals.iter().all(|status| *status == 503) {
            true => Ok(sent),
            false => Err(format!("clients were answered {refusals:?}")),
        }
    }

    /// Cuts the power, which also ends whoever works on the disk. Returns how many events had been acknowledged.
    ///
    /// Without power nobody answers, so they are stopped first: a sync that is under way while the file system is shut down may
    /// say that it succeeded.
    fn power_off(&mut self, beside: Option<&mut Child>) -> u64 {
        let collector = self.collector.take();
        let ids = collector.iter().map(Collector::id).chain(beside.as_ref().map(|child| child.id()));
        ids.for_each(stop);
        thread::sleep(STOPPING);
        self.disk.cut();
        let before = self.acknowledged();
        if let Some(child) = beside {
            // It may have ended before.
            let _ = child.kill();
        }
        if let Some(collector) = collector {
            collector.kill();
        }
        before
    }

    fn restart(&mut self, before: u64) -> Result<(), String> {
        self.disk.power_on();
        self.start(before)
    }

    fn start(&mut self, before: u64) -> Result<(), String> {
        let collector = Collector::start_logging_to(&self.data, &BUSY, &self.log);
        if let Some(clients) = &self.clients {
            clients.go_to(collector.url());
        }
        self.collector = Some(collector);
        let after = counted(&self.data);
        (after >= before).then_some(()).ok_or_else(|| format!("{before} acknowledged before the cut, {after} there"))
    }

    /// Of a collector that has something to recover, and of one that has nothing yet.
    fn cut_a_start(&mut self) -> Result<(), String> {
        let before = self.power_off(None);
        self.disk.power_on();
        self.cut_while_it_starts(&self.data.clone());
        self.restart(before)?;
        let new = self.disk.place().join(format!("new-{}", self.cuts));
        let project = create_project(&new, "first", &[]);
        let before = self.power_off(None);
        self.disk.power_on();
        self.cut_while_it_starts(&new);
        self.disk.power_on();
        let collector = Collector::start_logging_to(&new, &[], &self.log);
        let answer = collector.post("/v1/batch", &project.write_key, tracks("first", 0..LEAVING).as_bytes())?;
        drop(collector);
        if answer.status != 200 {
            return Err(format!("a project that was there before the cut: {answer:?}"));
        }
        self.start(before)
    }

    fn cut_while_it_starts(&mut self, data: &Path) {
        let mut command = Command::new(program("candor"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).args(BUSY);
        let mut starting = quiet(command);
        self.wait(START_US);
        self.power_off(Some(&mut starting));
        end(&mut starting);
    }

    /// An installation is forgotten or not, as a whole, and forgotten if somebody was told so.
    fn cut_an_erasure(&mut self) -> Result<(), String> {
        let name = format!("gone-{}", self.cuts);
        let url = self.collector.as_ref().map_or("", Collector::url).to_owned();
        let body = tracks_of(&name, &name, 0..LEAVING);
        let answer = post(&format!("{url}/v1/batch"), &self.leaving.write_key, body.as_bytes())?;
        assert_eq!(answer.status, 200, "{answer:?}");
        let mut command = Command::new(program("candor"));
        command.args(["erase", "--project", "leaving", "--installation", &name, "--url", &url, "--token", &self.token]);
        let mut erasing = quiet(command);
        self.wait(COMMAND_US);
        let before = self.power_off(Some(&mut erasing));
        let is_told = end(&mut erasing);
        self.restart(before)?;
        let erasures = self.data.join("erasures");
        wait_until("erasures that were begun to be done", || {
            let is_empty = |mut entries: std::fs::ReadDir| entries.next().is_none();
            std::fs::read_dir(&erasures).map_or(Some(()), |entries| is_empty(entries).then_some(()))
        });
        let query = format!(
            "SELECT (SELECT count(*) FROM facts WHERE name = '{name}') AS facts, (SELECT coalesce(sum(count), 0)
             FROM daily WHERE name = '{name}' AND grain = 'release') AS sums"
        );
        let left = &sql(&self.data, &query)[0];
        let (facts, sums) = (left["facts"].as_u64(), left["sums"].as_u64());
        match (facts, sums) {
            (Some(0), Some(0)) => Ok(()),
            (Some(LEAVING), Some(LEAVING)) if !is_told => Ok(()),
            _ => Err(format!("of an installation that is erased (told so: {is_told}) there is {left}")),
        }
    }

    /// A copy that has its name is whole.
    fn cut_a_backup(&mut self) -> Result<(), String> {
        let before = self.acknowledged();
        let to = self.disk.place().join(format!("backup-{}", self.cuts));
        let mut command = Command::new(program("candor"));
        command.args(["backup", "--data"]).arg(&self.data).arg("--to").arg(&to);
        let mut copying = quiet(command);
        self.wait(COMMAND_US * 2);
        let before_cut = self.power_off(Some(&mut copying));
        let is_told = end(&mut copying);
        self.restart(before_cut)?;
        if !to.exists() {
            return if is_told { Err("a backup that was made is not there".to_owned()) } else { Ok(()) };
        }
        let restored = to.with_extension("restored");
        let output = candor(&["restore", text(&to), "--data", text(&restored)]);
        let there = if output.status.success() { counted(&restored) } else { 0 };
        for made in [&to, &restored] {
            // Room for the next one.
            let _ = std::fs::remove_dir_all(made);
        }
        (there >= before).then_some(()).ok_or_else(|| {
            format!(
                "{before} acknowledged before the backup, {there} in it: {}",
                String::from_utf8_lossy(&output.stderr)
            )
        })
    }

    fn wait(&mut self, at_most_us: u64) {
        thread::sleep(Duration::from_micros(self.random.below(at_most_us)));
    }
}

impl Drop for PowerCuts {
    fn drop(&mut self) {
        // Nobody may have the disk open when it goes.
        self.collector = None;
    }
}

fn quiet(mut command: Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("candor starts")
}

fn stop(process: u32) {
    let process = i32::try_from(process).ok().and_then(Pid::from_raw).expect("the id of a process");
    // A command may have ended before.
    let _ = kill_process(process, Signal::STOP);
}

/// Ends a command, and says whether it had done by itself what it was asked for.
fn end(command: &mut Child) -> bool {
    // It may have ended meanwhile.
    let _ = command.kill();
    command.wait().expect("it ends").success()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of the test")
}
