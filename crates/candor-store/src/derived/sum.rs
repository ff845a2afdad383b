//! Adding up: many rows to one for each combination of dimensions.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array, AsArray, DictionaryArray, RecordBatch},
        datatypes::Int32Type,
    },
    common::ScalarValue,
    datasource::MemTable,
    error::DataFusionError,
    prelude::{SessionConfig, SessionContext},
};

use super::{
    Coded, Derived,
    coded::{numbers, spelled},
};
use crate::{
    facts::{conform, widened},
    tables::Definition,
};

/// The rows of `derived` that these facts become, added up.
pub(crate) async fn derive(derived: &Derived, facts: &Coded) -> Result<Vec<RecordBatch>, DataFusionError> {
    // One partition: the other core belongs to whoever answers requests.
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let mut summed = Vec::new();
    for part in derived.parts_of(facts.batch().schema_ref()) {
        let rows = (derived.part)(facts.batch(), &part)?;
        for rows in sum(&context, &derived.definition, &rows).await? {
            summed.push(derived.labelled(rows, &part)?);
        }
    }
    let mut schema = (derived.definition.columns)();
    for batch in &summed {
        schema = widened(&schema, batch.schema_ref());
    }
    Ok(summed.iter().map(|batch| conform(batch, &schema)).collect::<Result<_, _>>()?)
}

/// The rows added up, with texts as such.
async fn sum(
    context: &SessionContext,
    definition: &Definition,
    rows: &RecordBatch,
) -> Result<Vec<RecordBatch>, DataFusionError> {
    if rows.num_rows() == 0 {
        return Ok(Vec::new());
    }
    let (constant, varied) = constants(definition, rows)?;
    let (rows, texts) = numbers(&varied)?;
    let columns = rows.schema();
    let frame = context.read_table(Arc::new(MemTable::try_new(columns.clone(), vec![vec![rows]])?))?;
    let (dimensions, measures) = definition.grouping(&columns);
    let mut summed = Vec::new();
    for batch in frame.aggregate(dimensions, measures)?.collect().await? {
        let schema = batch.schema();
        let spelled = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
            Ok((field.name().clone(), spelled(column, &texts[columns.index_of(field.name())?])?, true))
        });
        let constant =
            constant.iter().map(|(name, value)| Ok((name.clone(), value.to_array_of_size(batch.num_rows())?, true)));
        let all = spelled.chain(constant).collect::<Result<Vec<_>, DataFusionError>>()?;
        summed.push(RecordBatch::try_from_iter_with_nullable(all)?);
    }
    Ok(summed)
}

/// The name of a column of texts, and what all of its rows say.
type Constant = (String, ScalarValue);

/// The columns of texts whose rows all say the same, or nothing, and the rows without them: each column that rows are grouped by
/// is hashed and compared.
fn constants(definition: &Definition, rows: &RecordBatch) -> Result<(Vec<Constant>, RecordBatch), DataFusionError> {
    let (mut constant, mut varied) = (Vec::new(), Vec::new());
    for (position, field) in rows.schema().fields().iter().enumerate() {
        let column = rows.column(position).as_dictionary_opt::<Int32Type>();
        match column.filter(|_| !definition.is_measure(field.name())).and_then(constant_of) {
            Some(value) => constant.push((field.name().clone(), value)),
            None => varied.push(position),
        }
    }
    Ok((constant, rows.project(&varied)?))
}

/// What all rows of a coded column say, if they say the same.
fn constant_of(column: &DictionaryArray<Int32Type>) -> Option<ScalarValue> {
    let (keys, texts) = (column.keys(), column.values().as_string_opt::<i32>()?);
    let text = match keys.null_count() {
        0 if texts.len() == 1 => Some(texts.value(0).to_owned()),
        nulls if nulls == keys.len() => None,
        _ => return None,
    };
    Some(ScalarValue::Utf8(text))
}
