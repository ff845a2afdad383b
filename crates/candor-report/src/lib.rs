//! The questions that Candor answers, typed: one file a report.
//!
//! For whoever shows answers: the command line, the HTTP API and the dashboard all call [`run`] with a
//! [`SessionContext`](datafusion::prelude::SessionContext) that has the table `facts` and those that are derived from it. It knows neither where the rows
//! are stored nor how an answer is drawn: those are `candor-store`, and `candor-web` or the command line.
//!
//! ```no_run
//! # async fn example(session: datafusion::prelude::SessionContext) -> Result<(), Box<dyn std::error::Error>> {
//! use candor_report::{Filter, Query, ReportName};
//!
//! let today = jiff::civil::date(2026, 11, 22);
//! let query = Query::last_days("inventory", today, 30)?.with_filter(Filter::parse("os", "linux")?);
//! let report = candor_report::run(&session, ReportName::Operations, &query).await?;
//! println!("{}", report.to_json());
//! # Ok(())
//! # }
//! ```

mod column;
mod csv;
mod dimension;
mod filter;
mod flat;
mod json;
mod name;
mod parquet;
mod query;
mod questions;
mod release;
mod report;
mod sketch;
mod text;

pub use column::{Cell, Column, Unit};
pub use dimension::{Dimension, Field};
pub use filter::{Filter, ParseFilterError};
pub use json::ReadReportError;
pub use name::{ParseReportNameError, ReportName};
pub use parquet::WriteParquetError;
pub use query::{Period, Query, QueryError, Source};
pub use questions::{BREAKDOWN_COLUMN, Outcome, ReportError, register_outcomes, run};
pub use report::{Previous, Report};
pub use sketch::{Estimate, Sketch};

use workspace_hack as _;
