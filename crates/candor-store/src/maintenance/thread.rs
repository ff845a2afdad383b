//! The thread: what is asked for, and what is due by itself.

use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};

use super::{Maintained, Maintenance, MaintenanceError, Progress, Task};
use crate::{Fact, clock::today};

/// Retention and vacuum have less to do than compaction.
const RARELY: Duration = Duration::from_secs(3600);

/// What the thread is asked for.
pub(crate) enum MaintenanceRequest {
    /// A task, and who wants to know how far it has come.
    Do(Task, Box<dyn FnMut(Progress) + Send>, oneshot::Sender<Result<Maintained, MaintenanceError>>),
    /// Facts of projects, directly into the tables.
    Load(Vec<(String, Vec<Fact>)>, oneshot::Sender<Result<(), MaintenanceError>>),
    /// To go on with erasures that a restart cut off.
    ResumeErasures,
}

/// Works until `stop` changes; what is under way then is given up, which does no harm.
pub(crate) async fn run(
    maintenance: Maintenance,
    mut requests: mpsc::Receiver<MaintenanceRequest>,
    mut stop: watch::Receiver<()>,
) {
    let work = async {
        let mut rarely = Instant::now();
        loop {
            let request = match maintenance.options.maintenance_interval {
                Some(interval) => tokio::time::timeout(interval, requests.recv()).await,
                None => Ok(requests.recv().await),
            };
            match request {
                Ok(None) => return,
                Ok(Some(request)) => maintenance.answer(request).await,
                Err(_) => {
                    maintenance.do_by_itself(Task::Compact { everything: false }).await;
                    if rarely.elapsed() >= RARELY {
                        rarely = Instant::now();
                        maintenance.do_by_itself(Task::Retain).await;
                        maintenance.do_by_itself(Task::Vacuum).await;
                    }
                }
            }
        }
    };
    tokio::select! {
        () = work => {}
        _ = stop.changed() => {}
    }
}

impl Maintenance {
    async fn answer(&self, request: MaintenanceRequest) {
        // Whoever asked may have gone.
        match request {
            MaintenanceRequest::Do(task, mut progress, answer) => {
                let _ = answer.send(self.carry(&task, &mut *progress).await);
            }
            MaintenanceRequest::Load(facts, answer) => {
                let _ = answer.send(self.load(&facts).await);
            }
            MaintenanceRequest::ResumeErasures => {
                if let Err(error) = self.resume_erasures().await {
                    tracing::error!(%error, "an erasure could not be carried out; it is tried again with the next start");
                }
            }
        }
    }

    async fn do_by_itself(&self, task: Task) {
        match self.carry(&task, &mut |_| ()).await {
            Ok(maintained) if maintained != Maintained::default() => tracing::info!(?task, ?maintained, "maintenance"),
            Ok(_) => {}
            Err(error) => tracing::error!(?task, %error, "maintenance failed; it is tried again later"),
        }
    }

    async fn carry(
        &self,
        task: &Task,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Maintained, MaintenanceError> {
        match task {
            Task::Compact { everything } => self.compact(*everything, today(), progress).await,
            Task::Retain => self.retain(today()).await,
            Task::Vacuum => self.vacuum().await,
            Task::Rollup => self.rollup(progress).await,
            Task::Erase(erasure) => self.erase(erasure, progress).await,
        }
    }
}
