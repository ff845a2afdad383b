//! Work for which there is time when nobody else wants the core.

use std::{io, thread};

use tokio::{runtime::Builder, sync::oneshot};

use super::{Maintenance, MaintenanceError};
use crate::TableError;

impl Maintenance {
    /// Does work on a thread that gets out of the way of every other at once, so that it costs those who wait for an answer
    /// next to nothing. It must not hold the turn to commit: on cores that never rest it would for long.
    ///
    /// # Errors
    /// Those of the work, and when there is no thread for it.
    pub(super) async fn idly<T: Send + 'static>(
        &self,
        work: impl AsyncFnOnce(Self) -> Result<T, MaintenanceError> + Send + 'static,
    ) -> Result<T, MaintenanceError> {
        let failed = |error| MaintenanceError::Table(TableError::Io(error));
        let (mut answer, done) = oneshot::channel();
        let maintenance = self.clone();
        let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(4).build().map_err(failed)?;
        let idly = move || {
            be_idle();
            runtime.block_on(async {
                tokio::select! {
                    result = work(maintenance) => drop(answer.send(result)),
                    // The store is closed; what was written so far nobody names.
                    () = answer.closed() => {}
                }
            });
        };
        thread::Builder::new().name("candor-idle".to_owned()).spawn(idly).map_err(failed)?;
        done.await.map_err(|_| failed(io::Error::other("a thread of maintenance ended before its work")))?
    }
}

/// Has the system run this thread, and those that it starts, when a core has nothing else to do. `nice` alone gives it less of the
/// core and not later: beside a compaction the collector took 71 % of its rate so, and 83 % with this.
fn be_idle() {
    #[cfg(target_os = "linux")]
    {
        let no_priority = libc::sched_param { sched_priority: 0 };
        // SAFETY: the pointer is to a live value of the type that the call reads; 0 is the calling thread.
        #[expect(unsafe_code, reason = "this call has no safe form in the crates that the workspace already has")]
        let status = unsafe { libc::sched_setscheduler(0, libc::SCHED_IDLE, &raw const no_priority) };
        if status != 0 {
            tracing::debug!(error = %io::Error::last_os_error(), "maintenance runs beside others, not behind them");
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use std::fs;

    use super::*;

    /// The scheduling policy of the calling thread: the 41st field of its line.
    fn policy() -> i32 {
        let stat = fs::read_to_string("/proc/thread-self/stat").unwrap();
        stat.rsplit_once(") ").unwrap().1.split(' ').nth(38).unwrap().parse().unwrap()
    }

    #[test]
    fn a_thread_of_an_idle_one_is_idle_and_others_are_not() {
        let policies = thread::spawn(|| {
            be_idle();
            [policy(), thread::spawn(policy).join().unwrap()]
        });
        assert_eq!(policies.join().unwrap(), [libc::SCHED_IDLE; 2]);
        assert_eq!(policy(), libc::SCHED_OTHER);
    }
}
