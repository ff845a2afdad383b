//! Where the reference applications report to: the real collector.

use std::{path::Path, thread, time::Duration};

use candor_testkit::{Collector, Project, add_key, sql, workspace};
use serde_json::Value;

use crate::files::{assert_nowhere, assert_nowhere_yet};

/// A collector with the project of one application, made from its own manifest and reachable by the key in it.
pub(crate) struct Reporting {
    collector: Collector,
    project: Project,
    _folder: tempfile::TempDir,
}

impl Reporting {
    /// Of the application of this name.
    pub(crate) fn of(application: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let manifest = workspace().join("apps").join(application).join("telemetry.toml");
        let text = std::fs::read_to_string(&manifest).unwrap();
        let key = text.lines().find_map(|line| line.strip_prefix("write_key = ")).unwrap().trim_matches('"');
        let collector = Collector::start(&data);
        let project = collector.create_project(application, &["--manifest", manifest.to_str().unwrap()]);
        add_key(&data, application, key);
        Self { collector, project, _folder: folder }
    }

    /// Its address.
    pub(crate) fn endpoint(&self) -> &str {
        self.collector.url()
    }

    /// Its data directory.
    pub(crate) fn data(&self) -> &Path {
        self.collector.data()
    }

    /// The rows of a report; filters go behind its name.
    pub(crate) fn rows(&self, report: &str) -> Vec<Value> {
        self.collector.report(&self.project, report)["rows"].as_array().unwrap().clone()
    }

    /// Asks for a report until it has what the test waits for; delivery happens behind the application's back.
    pub(crate) fn rows_once(&self, report: &str, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        for _ in 0..300 {
            let rows = self.rows(report);
            if enough(&rows) {
                return rows;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("the report {report} still says {:?}", self.rows(report))
    }

    /// The rows of a query over the tables.
    pub(crate) fn sql(&self, query: &str) -> Vec<Value> {
        sql(self.collector.data(), query)
    }

    /// What was made of items on their way, such as `undeclared_property:NAME`; none where everything was taken as it came.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let pipeline = self.collector.pipeline(&self.project);
        let rows = pipeline["rows"].as_array().unwrap().iter();
        let others = rows.filter(|row| !matches!(row["outcome"].as_str(), Some("accepted" | "duplicate")));
        others.map(Value::to_string).collect()
    }

    /// Looks for texts in every row, in every file of the collector while it works and when it has ended, and in its log.
    pub(crate) fn assert_nowhere(self, texts: &[String]) {
        for table in ["facts", "crashes"] {
            let rows = Value::from(self.sql(&format!("SELECT * FROM {table}"))).to_string();
            texts.iter().for_each(|text| assert!(!rows.contains(text), "{text} is in {table}: {rows}"));
        }
        let data = self.collector.data().to_owned();
        // Rows lie in the journal as they are, and later in the tables compressed.
        assert_nowhere_yet(&data, texts);
        self.collector.terminate();
        assert_nowhere(&data, texts);
    }
}
