//! Days that are older than they are kept for go.

use super::{Maintained, Maintenance, MaintenanceError};
use crate::tables::{Kept, Replacement};

impl Maintenance {
    pub(super) async fn retain(&self, today: i32) -> Result<Maintained, MaintenanceError> {
        let mut maintained = Maintained::default();
        for (which, _) in self.every() {
            let table = self.table(which);
            let days = match table.definition().kept {
                Kept::Raw => self.options.keep_events,
                Kept::Sums => self.options.keep_sums,
            };
            let first = today.saturating_sub(i32::try_from(days).unwrap_or(i32::MAX));
            let mut removed = table.data_files()?;
            removed.retain(|file| file.day < first);
            if removed.is_empty() {
                continue;
            }
            maintained.removed(&removed);
            maintained.rows_removed += removed.iter().map(|file| file.rows).sum::<u64>();
            self.replace(which, Replacement { removed, added: Vec::new(), is_change: true, mark: None }).await?;
        }
        Ok(maintained)
    }
}
