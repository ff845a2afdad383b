//! Free SQL, read-only: one SELECT, a bounded number of rows.

use candor_store::is_out_of_memory;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::json::WriterBuilder;
use datafusion::arrow::json::writer::JsonArray;
use datafusion::error::DataFusionError;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::{col, lit};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::sqlparser::ast;
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The rows of an answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SqlAnswer {
    /// The columns in their order.
    pub columns: Vec<SqlColumn>,
    /// An array with an object a row; a column without a value is `null`.
    pub rows: Box<RawValue>,
    /// Whether there were more rows than are given.
    pub truncated: bool,
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SqlColumn {
    /// Its name.
    pub name: String,
    /// Its type, as Arrow calls it.
    #[serde(rename = "type")]
    pub data_type: String,
}

/// Why a query was not answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqlError {
    /// It is not one statement.
    #[error("give exactly one statement; {0} were given")]
    NotOneStatement(usize),
    /// It does something else than to read.
    #[error("only SELECT (and WITH … SELECT, VALUES) is answered: the tables cannot be changed from here")]
    NotASelect,
    /// It needs more memory, or more room on disk, than queries may have.
    #[error("the query is too large: {}", .0.strip_backtrace())]
    TooLarge(DataFusionError),
    /// It cannot be understood, or names what is not there, or fails on the data.
    #[error("{}", .0.strip_backtrace())]
    Query(DataFusionError),
}

impl From<DataFusionError> for SqlError {
    fn from(error: DataFusionError) -> Self {
        if is_out_of_memory(&error) { Self::TooLarge(error) } else { Self::Query(error) }
    }
}

/// How long an answer may be.
#[derive(Debug, Clone, Copy)]
pub struct Most {
    /// Rows.
    pub rows: usize,
    /// Bytes of memory that they take.
    pub bytes: usize,
}

/// Functions that make much out of little, in memory that nobody counts: `repeat('a', 2000000000)`.
const WITHOUT: [&str; 7] = ["repeat", "lpad", "rpad", "array_repeat", "array_resize", "range", "generate_series"];

/// Answers one read-only query over the tables of `session`. It reads no file and no address: the context knows its tables
/// and nothing by which others could be opened.
///
/// # Errors
/// When it is no single SELECT, when it cannot be planned, when it fails while it runs, and when it is too large.
pub async fn answer(session: &SessionContext, sql: &str, most: Most) -> Result<SqlAnswer, SqlError> {
    let statement = only_select(sql)?;
    for function in WITHOUT {
        session.deregister_udf(function);
    }
    hide_tallied(session)?;
    let plan = session.state().statement_to_plan(statement).await?;
    let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    options.verify_plan(&plan)?;
    let frame = session.execute_logical_plan(plan).await?.limit(0, Some(most.rows.saturating_add(1)))?;
    let schema = frame.schema().clone();
    let mut batches = Vec::new();
    let (mut missing, mut bytes) = (most.rows, 0);
    let mut truncated = false;
    let mut stream = frame.execute_stream().await?;
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        bytes += candor_store::batch_bytes(&batch);
        truncated = batch.num_rows() > missing || bytes > most.bytes;
        if bytes > most.bytes {
            break;
        }
        batches.push(batch.slice(0, batch.num_rows().min(missing)));
        missing -= batch.num_rows().min(missing);
        if truncated {
            break;
        }
    }
    let columns = schema.fields().iter();
    let columns =
        columns.map(|field| SqlColumn { name: field.name().clone(), data_type: said_type(field.data_type()) });
    Ok(SqlAnswer { columns: columns.collect(), rows: to_json(&batches)?, truncated })
}

/// Takes the tables away whose rows are added up while they are read: they are right for sums of `count` alone, and whoever counted
/// their rows would be told something else.
fn hide_tallied(session: &SessionContext) -> Result<(), DataFusionError> {
    for name in session.catalog_names() {
        if let Some(catalog) = session.catalog(&name)
            && catalog.schema(candor_store::TALLIED).is_some()
        {
            catalog.deregister_schema(candor_store::TALLIED, true)?;
        }
    }
    Ok(())
}

/// A context in which the tables hold the rows of one project only. A table that does not say whose its rows are is not
/// in it.
///
/// # Errors
/// When a table of the context cannot be read.
pub async fn only_project(session: SessionContext, project: &str) -> Result<SessionContext, SqlError> {
    // Nothing but these views: other tables of the context would show other projects.
    let state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(session.copied_config())
        .with_runtime_env(session.runtime_env())
        .build();
    let narrowed = SessionContext::new_with_state(state);
    let tables = session.catalog("datafusion").and_then(|catalog| catalog.schema("public"));
    for table in tables.iter().flat_map(|schema| schema.table_names()) {
        let rows = session.table(&table).await?;
        if rows.schema().has_column_with_unqualified_name("project") {
            narrowed.register_table(&table, rows.filter(col("project").eq(lit(project)))?.into_view())?;
        }
    }
    Ok(narrowed)
}

fn only_select(sql: &str) -> Result<Statement, SqlError> {
    let mut statements = DFParser::parse_sql(sql)?;
    match (statements.pop_front(), statements.len()) {
        (Some(statement), 0) if is_select(&statement) => Ok(statement),
        (Some(_), 0) => Err(SqlError::NotASelect),
        (None, _) => Err(SqlError::NotOneStatement(0)),
        (Some(_), more) => Err(SqlError::NotOneStatement(more + 1)),
    }
}

fn is_select(statement: &Statement) -> bool {
    matches!(statement, Statement::Statement(statement) if matches!(**statement, ast::Statement::Query(_)))
}

fn to_json(batches: &[RecordBatch]) -> Result<Box<RawValue>, SqlError> {
    let mut writer = WriterBuilder::new().with_explicit_nulls(true).build::<_, JsonArray>(Vec::new());
    let failed = |error| SqlError::Query(DataFusionError::ArrowError(Box::new(error), None));
    for batch in batches {
        writer.write(batch).map_err(failed)?;
    }
    writer.finish().map_err(failed)?;
    let text = String::from_utf8(writer.into_inner()).map_err(|error| SqlError::Query(external(error)))?;
    let text = if text.is_empty() { "[]".to_owned() } else { text };
    RawValue::from_string(text).map_err(|error| SqlError::Query(external(error)))
}

fn external(error: impl std::error::Error + Send + Sync + 'static) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// How a type is called: how the engine keeps a text in memory is no business of whoever asks.
fn said_type(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;
    use datafusion::catalog::MemorySchemaProvider;
    use datafusion::prelude::SessionConfig;
    use std::sync::Arc;

    async fn session() -> SessionContext {
        let session = SessionContext::new_with_config(SessionConfig::new().with_information_schema(true));
        let rows = "CREATE TABLE facts AS VALUES ('a', 1), ('a', 2), ('b', 40)";
        session.sql(rows).await.unwrap().collect().await.unwrap();
        let renamed = session.sql("SELECT column1 AS project, column2 AS count FROM facts").await.unwrap();
        let view = renamed.cache().await.unwrap().into_view();
        session.deregister_table("facts").unwrap();
        session.register_table("facts", view).unwrap();
        session
    }

    fn most(rows: usize) -> Most {
        Most { rows, bytes: 1 << 20 }
    }

    async fn rows(session: &SessionContext, sql: &str) -> Result<String, SqlError> {
        answer(session, sql, most(100)).await.map(|answer| answer.rows.get().to_owned())
    }

    #[tokio::test]
    async fn a_select_is_answered_with_columns_and_rows() {
        let answer =
            answer(&session().await, "SELECT project, sum(count) AS n FROM facts GROUP BY 1 ORDER BY 1", most(100))
                .await;
        let answer = serde_json::to_value(answer.unwrap()).unwrap();
        assert_eq!(
            answer,
            serde_json::json!({
                "columns": [{"name": "project", "type": "Utf8"}, {"name": "n", "type": "Int64"}],
                "rows": [{"project": "a", "n": 3}, {"project": "b", "n": 40}],
                "truncated": false,
            })
        );
    }

    #[tokio::test]
    async fn rows_beyond_the_bound_are_left_out_and_it_is_said() {
        let session = session().await;
        let answer = |sql, rows| answer(&session, sql, most(rows));
        assert!(answer("SELECT * FROM facts", 2).await.unwrap().truncated);
        assert!(!answer("SELECT * FROM facts", 3).await.unwrap().truncated);
        let none = answer("SELECT * FROM facts WHERE false", 3).await.unwrap();
        assert_eq!((none.rows.get(), none.columns.len(), none.truncated), ("[]", 2, false));
    }

    #[tokio::test]
    async fn whatever_is_not_one_select_is_refused() {
        let session = session().await;
        for sql in [
            "DROP TABLE facts",
            "INSERT INTO facts VALUES ('c', 1)",
            "DELETE FROM facts",
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
            "CREATE VIEW v AS SELECT 1",
            "COPY facts TO '/tmp/candor-facts.csv'",
            "COPY (SELECT 1) TO '/tmp/candor-facts.csv'",
            "SET datafusion.execution.batch_size = 1",
            "EXPLAIN ANALYZE SELECT 1",
            "PREPARE p AS SELECT 1",
            "SHOW TABLES",
        ] {
            let error = rows(&session, sql).await.unwrap_err();
            assert!(matches!(error, SqlError::NotASelect), "{sql}: {error}");
        }
        assert!(matches!(rows(&session, "").await.unwrap_err(), SqlError::NotOneStatement(0)));
        assert!(matches!(
            rows(&session, "SELECT 1; DROP TABLE facts").await.unwrap_err(),
            SqlError::NotOneStatement(2)
        ));
        assert!(rows(&session, "SELECT 1 INTO t").await.is_err());
        assert_eq!(rows(&session, "SELECT count(*) AS n FROM facts").await.unwrap(), r#"[{"n":3}]"#);
    }

    #[tokio::test]
    async fn no_file_is_read_however_it_is_named() {
        let session = session().await;
        for source in [
            "'/etc/passwd'",
            "\"/etc/passwd\"",
            "'file:///etc/passwd'",
            "\"file:///etc/passwd\"",
            "'https://example.org/x.parquet'",
            "read_parquet('/etc/passwd')",
            "read_csv('/etc/passwd')",
            "parquet_scan('/etc/passwd')",
            "parquet_metadata('/etc/passwd')",
            "information_schema.df_settings_of_another",
        ] {
            let error = rows(&session, &format!("SELECT * FROM {source}")).await.unwrap_err();
            assert!(error.to_string().contains("not found") || error.to_string().contains("doesn't exist"), "{error}");
        }
    }

    #[tokio::test]
    async fn rows_that_are_added_up_are_not_there_to_be_counted() {
        let session = session().await;
        let schema = Arc::new(MemorySchemaProvider::new());
        session.catalog("datafusion").unwrap().register_schema(candor_store::TALLIED, schema).unwrap();
        let name = format!("{}.facts", candor_store::TALLIED);
        session.register_table(&name, session.table("facts").await.unwrap().into_view()).unwrap();
        let error = rows(&session, &format!("SELECT count(*) FROM {name}")).await.unwrap_err();
        assert!(error.to_string().contains("not found"), "{error}");
    }

    #[tokio::test]
    async fn what_makes_much_out_of_little_is_not_there() {
        let session = session().await;
        for function in WITHOUT {
            let error = rows(&session, &format!("SELECT {function}('a', 2000000000)")).await.unwrap_err();
            assert!(error.to_string().contains("Invalid function"), "{function}: {error}");
        }
        let error = rows(&session, "SELECT list_repeat('a', 2000000000)").await.unwrap_err();
        assert!(error.to_string().contains("Invalid function"), "{error}");
    }

    #[tokio::test]
    async fn an_answer_of_few_long_rows_is_cut_too() {
        let long = format!("SELECT '{}' AS text, value FROM generate_series(1, 1000)", "x".repeat(10_000));
        let answer = answer(&session().await, &long, Most { rows: 1000, bytes: 1 << 20 }).await.unwrap();
        assert!(answer.truncated && answer.rows.get().len() < 2 << 20, "{}", answer.rows.get().len());
    }

    #[tokio::test]
    async fn a_project_sees_its_own_rows_and_no_other_table() {
        let session = session().await;
        session.register_table("crashes", session.table("facts").await.unwrap().into_view()).unwrap();
        session.sql("CREATE TABLE other AS VALUES ('a', 1)").await.unwrap();
        let narrowed = only_project(session, "a").await.unwrap();
        assert_eq!(
            rows(&narrowed, "SELECT count FROM facts ORDER BY 1").await.unwrap(),
            r#"[{"count":1},{"count":2}]"#
        );
        assert_eq!(rows(&narrowed, "SELECT count(*) AS n FROM crashes").await.unwrap(), r#"[{"n":2}]"#);
        assert!(rows(&narrowed, "SELECT * FROM other").await.is_err());
        let hostile = only_project(narrowed, "b' OR project = 'a").await.unwrap();
        assert_eq!(rows(&hostile, "SELECT count FROM facts").await.unwrap(), "[]");
    }
}
