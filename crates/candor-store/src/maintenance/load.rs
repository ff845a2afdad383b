//! Rows that go to the tables directly, for whoever fills a store with history.

use super::{Maintenance, MaintenanceError, Which};
use crate::{
    Fact,
    derived::{Coded, DERIVED, derive},
    facts::{FactsBuilder, take_apart},
};

impl Maintenance {
    /// Commits facts of each project, without journal and without a memory of their ids.
    pub(super) async fn load(&self, facts: &[(String, Vec<Fact>)]) -> Result<(), MaintenanceError> {
        let table = self.table(Which::Facts);
        let mut builder = FactsBuilder::new(table.schema(), self.options.max_attribute_columns);
        for (project, facts) in facts {
            facts.iter().for_each(|fact| builder.push(project, 0, fact));
        }
        let apart = take_apart(&builder.finish().map_err(crate::TableError::from)?).map_err(crate::TableError::from)?;
        let rows = [apart.facts];
        let _turn = self.commits.lock().await;
        let coded = Coded::of(&rows).map_err(crate::TableError::from)?;
        for (position, derived) in DERIVED.iter().enumerate() {
            let sums = derive(derived, &coded).await?;
            self.append(Which::Derived(position), &sums).await?;
        }
        self.append(Which::Crashes, apart.crashes.as_slice()).await?;
        self.append(Which::Facts, &rows).await
    }

    async fn append(
        &self,
        which: Which,
        rows: &[datafusion::arrow::array::RecordBatch],
    ) -> Result<(), MaintenanceError> {
        if !rows.is_empty() {
            let table = self.table(which).append_marked(rows, None).await?;
            self.publish(which, table);
        }
        Ok(())
    }
}
