//! The inventory, for the many tasks of a server.

use inventory_store::database::{Database, DatabaseError, Location};
use tokio::{sync::Semaphore, task};

/// How many questions are asked of the database at once. Each has a connection of its own, so that there is none that a
/// restart of the database could break.
const AT_ONCE: usize = 8;

/// Where the inventory is, and who may ask it.
#[derive(Debug)]
pub(crate) struct Inventory {
    location: Location,
    places: Semaphore,
}

impl Inventory {
    /// The inventory at this place.
    pub(crate) fn at(location: Location) -> Self {
        Self { location, places: Semaphore::new(AT_ONCE) }
    }

    /// Where it is.
    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    /// Asks it something that only reads.
    ///
    /// # Errors
    /// When it cannot be opened, or what the question says.
    pub(crate) async fn ask<T, E>(
        &self,
        question: impl FnOnce(&mut Database) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        // The semaphore is never closed; without a place the question is asked all the same.
        let _place = self.places.acquire().await.ok();
        let location = self.location.clone();
        apart(move || question(&mut Database::open_for_reading(&location)?)).await
    }
}

/// Does work that waits for disks and other processes on a thread where nothing else waits. A panic goes on here.
pub(crate) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The server is ending, and nobody waits for this any more.
            Err(_) => std::future::pending().await,
        },
    }
}
