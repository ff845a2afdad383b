//! What a running collector looks after by itself, every few seconds.

use crate::app::App;
use crate::clock;
use std::time::Duration;
use tokio::sync::watch;

/// How often it looks. A database of countries that was replaced is in use after this time.
const INTERVAL: Duration = Duration::from_secs(5);

impl App {
    /// Looks after everything until `stopping` closes.
    pub(crate) async fn keep_up(self, mut stopping: watch::Receiver<()>) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(INTERVAL) => {}
                _ = stopping.changed() => return,
            }
            let app = self.clone();
            // Reading files must not hold up those who wait for an answer.
            let looked_after = tokio::task::spawn_blocking(move || app.look_after()).await;
            if let Err(error) = looked_after {
                tracing::error!(%error, "the upkeep failed");
            }
        }
    }

    fn look_after(&self) {
        self.shared().origins.countries.follow();
        self.shared().identities.destroy_past(clock::now().day());
    }
}
