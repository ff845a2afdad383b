//! What a running collector looks after by itself, every few seconds.

use crate::app::App;
use crate::clock;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How often it looks. A database of countries that was replaced is in use after this time.
const INTERVAL: Duration = Duration::from_secs(5);
/// How often minidumps and counters are looked for that are too old.
const OLD_INTERVAL: Duration = Duration::from_secs(3600);

impl App {
    /// Looks after everything until `stopping` closes.
    pub(crate) async fn keep_up(self, mut stopping: watch::Receiver<()>) {
        let mut looked_for_old: Option<Instant> = None;
        loop {
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                _ = stopping.changed() => return,
            }
            let app = self.clone();
            let expires = looked_for_old.is_none_or(|last| last.elapsed() >= OLD_INTERVAL);
            if expires {
                looked_for_old = Some(Instant::now());
                app.shared().totals.forget().await;
            }
            // Reading files must not hold up those who wait for an answer.
            let looked_after = tokio::task::spawn_blocking(move || app.look_after(expires)).await;
            if let Err(error) = looked_after {
                tracing::error!(%error, "the upkeep failed");
            }
        }
    }

    fn look_after(&self, expires: bool) {
        self.shared().origins.countries.follow();
        self.shared().identities.destroy_past(clock::now().day());
        if expires && let Err(error) = self.expire_minidumps() {
            tracing::warn!(%error, "could not delete minidumps that are too old");
        }
    }
}
