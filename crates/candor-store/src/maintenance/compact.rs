//! Small files become large ones, and rows that add up are added up.

use super::{Maintained, Maintenance, MaintenanceError, Progress, Which, plan, rewrite};
use crate::tables::{DataFile, Replacement};

impl Maintenance {
    /// Compacts every day where it pays, or every day.
    pub(super) async fn compact(
        &self,
        everything: bool,
        today: i32,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Maintained, MaintenanceError> {
        let mut due = Vec::new();
        for (which, _) in self.every() {
            let files = self.table(which).data_files()?;
            let groups = match everything {
                true => plan::by_day(files),
                false => plan::due(files, today, self.options.file_bytes),
            };
            due.extend(groups.into_iter().map(|files| (which, files)));
        }
        let mut maintained = Maintained::default();
        let total = due.len() as u64;
        for (done, (which, files)) in due.into_iter().enumerate() {
            progress(Progress { done: done as u64, total });
            self.put_together(which, files, &mut maintained).await?;
        }
        progress(Progress { done: total, total });
        Ok(maintained)
    }

    /// Writes files of one day again, as few and in order.
    pub(super) async fn put_together(
        &self,
        which: Which,
        files: Vec<DataFile>,
        maintained: &mut Maintained,
    ) -> Result<(), MaintenanceError> {
        let (added, files) = self
            .idly(async move |maintenance| {
                let (table, context) = (maintenance.table(which), maintenance.context()?);
                let rows = rewrite::rows(&context, &table, &files)?;
                let rows = rewrite::in_order(rows, table.definition(), table.schema()).await?;
                Ok((table.write(rows, maintenance.options.file_bytes).await?, files))
            })
            .await?;
        maintained.removed(&files);
        maintained.added(&added);
        Ok(self.replace(which, Replacement { removed: files, added, is_change: false, mark: None }).await?)
    }
}
