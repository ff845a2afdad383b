//! What an installation had added to the sums of days.

use std::collections::BTreeSet;

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, RecordBatch},
        compute::kernels::numeric::neg,
        datatypes::Int64Type,
    },
    error::DataFusionError,
    physical_plan::stream::RecordBatchStreamAdapter,
    prelude::{Expr, ident, lit},
};
use deltalake::kernel::Add;
use futures::{StreamExt, stream};

use super::{AT_ONCE, Erasure, steps::Steps};
use crate::{
    derived::{Coded, DAILY, DERIVED, derive},
    maintenance::{Maintenance, MaintenanceError, Which, plan, rewrite},
    tables::{DataFile, Replacement},
};

impl Maintenance {
    /// Takes what the rows had added away from the sums, unless that was done. Returns the days that they are of.
    pub(super) async fn subtract(
        &self,
        erasure: &Erasure,
        mark: &str,
        steps: &mut Steps<'_>,
    ) -> Result<BTreeSet<i32>, MaintenanceError> {
        let by_day = plan::by_day(self.table(Which::Facts).data_files()?);
        let negative = by_day.into_iter().map(|files| {
            let (day, condition) = (files.first().map(|file| file.day), erasure.condition());
            self.apart(async move |maintenance| Ok((day, maintenance.negative(&files, condition).await?)))
        });
        let mut negative = stream::iter(negative).buffered(AT_ONCE);
        let (mut days, mut sums) = (BTreeSet::new(), Vec::new());
        while let Some(of_day) = negative.next().await {
            let (day, of_day) = of_day?;
            steps.step();
            if !of_day.is_empty() {
                days.extend(day);
                sums.extend(of_day);
            }
        }
        let daily = Which::Derived(DAILY);
        let _turn = self.commits.lock().await;
        let table = self.table(daily);
        if !sums.is_empty() && !table.is_marked(mark).await? {
            let table = table.append_marked(&sums, Some((mark.to_owned(), 1))).await?;
            self.publish(daily, table);
        }
        Ok(days)
    }

    /// What rows of a day had added to the sums, to be taken away; nothing where there are no such rows.
    async fn negative(&self, files: &[DataFile], rows: Expr) -> Result<Vec<RecordBatch>, MaintenanceError> {
        let rows = rewrite::rows(&self.context()?, &self.table(Which::Facts), files)?.filter(rows)?;
        let rows = rows.collect().await?.iter().map(negated).collect::<Result<Vec<_>, _>>()?;
        if rows.iter().all(|batch| batch.num_rows() == 0) {
            return Ok(Vec::new());
        }
        let facts = Coded::of(&rows).map_err(DataFusionError::from)?;
        Ok(derive(&DERIVED[DAILY], &facts).await?)
    }

    /// Adds up a project's sums of these days again, so that nothing is left to be taken away.
    pub(super) async fn settle(
        &self,
        days: &BTreeSet<i32>,
        project: &str,
        steps: &mut Steps<'_>,
    ) -> Result<(), MaintenanceError> {
        let daily = Which::Derived(DAILY);
        let by_day = plan::by_day(self.table(daily).data_files()?).into_iter();
        let of_days = by_day.filter(|files| files.iter().any(|file| days.contains(&file.day))).map(|files| {
            let project = project.to_owned();
            self.apart(async move |maintenance| {
                let added = maintenance.settled(&files, &project).await?;
                Ok((files, added))
            })
        });
        let mut settled = stream::iter(of_days).buffered(AT_ONCE);
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        while let Some(of_day) = settled.next().await {
            let (before, behind) = of_day?;
            steps.step();
            removed.extend(before);
            added.extend(behind);
        }
        if removed.is_empty() {
            return Ok(());
        }
        Ok(self.replace(daily, Replacement { removed, added, is_change: false, mark: None }).await?)
    }

    /// Writes the sums of a day again, those of one project added up. The others stay as they are.
    async fn settled(&self, files: &[DataFile], project: &str) -> Result<Vec<Add>, MaintenanceError> {
        let (table, context) = (self.table(Which::Derived(DAILY)), self.context()?);
        let rows = rewrite::rows(&context, &table, files)?;
        let of = |project: Expr| rows.clone().filter(project);
        let (name, project) = (ident("project"), lit(project));
        let before = of(name.clone().lt(project.clone()))?.execute_stream().await?;
        let behind = of(name.clone().gt(project.clone()))?.execute_stream().await?;
        let own = rewrite::in_order(of(name.eq(project))?, table.definition(), table.schema()).await?;
        let rows = RecordBatchStreamAdapter::new(table.schema().clone(), before.chain(own).chain(behind));
        Ok(table.write(Box::pin(rows), self.options.file_bytes).await?)
    }
}

/// The rows, each as often less as it was there.
fn negated(rows: &RecordBatch) -> Result<RecordBatch, DataFusionError> {
    let position = rows.schema_ref().index_of("count")?;
    let mut columns = rows.columns().to_vec();
    columns[position] = neg(rows.column(position).as_primitive::<Int64Type>()).map(|counts| counts as ArrayRef)?;
    Ok(RecordBatch::try_new(rows.schema(), columns)?)
}
