//! A table `facts` with rows written by hand.

use std::sync::Arc;

use candor_report::{Query, Report, ReportName};
use candor_wire::DurationBucket;
use datafusion::{
    arrow::{
        array::{
            ArrayRef, BooleanArray, Date32Array, Int16Array, Int64Array, RecordBatch, StringArray,
            TimestampMicrosecondArray,
        },
        datatypes::{DataType, Field, Schema, TimeUnit},
    },
    datasource::MemTable,
    prelude::SessionContext,
};
use jiff::civil::{Date, date};

/// A row of `facts` of the project `tool`; what is not set is null.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    project: &'static str,
    day: Date,
    kind: &'static str,
    name: &'static str,
    parent: Option<&'static str>,
    outcome: Option<&'static str>,
    micros: Option<u64>,
    count: i64,
    version: Option<&'static str>,
    os: Option<&'static str>,
    ci: Option<&'static str>,
    country: Option<&'static str>,
    installation: Option<i64>,
    component_version: Option<&'static str>,
    command: Option<&'static str>,
}

macro_rules! setters {
    ($($setter:ident: $type:ty),+) => {
        $(pub(crate) fn $setter(mut self, $setter: $type) -> Self {
            self.$setter = Some($setter);
            self
        })+
    };
}

impl Fact {
    fn new(kind: &'static str, name: &'static str) -> Self {
        let (day, project) = (date(2026, 11, 20), "tool");
        Self {
            project,
            day,
            kind,
            name,
            parent: None,
            outcome: None,
            micros: None,
            count: 1,
            version: None,
            os: None,
            ci: None,
            country: None,
            installation: None,
            component_version: None,
            command: None,
        }
    }

    /// An operation that ended like this.
    pub(crate) fn operation(name: &'static str, outcome: &'static str) -> Self {
        Self { outcome: Some(outcome), ..Self::new("operation", name) }
    }

    /// A part of an operation that went well.
    pub(crate) fn part(operation: &'static str, name: &'static str) -> Self {
        Self { outcome: Some("ok"), parent: Some(operation), ..Self::new("part", name) }
    }

    pub(crate) fn counter(name: &'static str) -> Self {
        Self::new("count", name)
    }

    pub(crate) fn lifecycle(name: &'static str, parent: &'static str) -> Self {
        Self { parent: Some(parent), ..Self::new("lifecycle", name) }
    }

    pub(crate) fn track(name: &'static str) -> Self {
        Self::new("track", name)
    }

    pub(crate) fn crash(class: &'static str) -> Self {
        Self::new("crash", class)
    }

    pub(crate) fn error(name: &'static str) -> Self {
        Self::new("error", name)
    }

    pub(crate) fn component(set: &'static str, name: &'static str, version: &'static str) -> Self {
        Self { parent: Some(set), component_version: Some(version), ..Self::new("component", name) }
    }

    setters! {
        micros: u64, version: &'static str, os: &'static str, ci: &'static str, country: &'static str, installation: i64, command: &'static str
    }

    pub(crate) fn times(mut self, count: i64) -> Self {
        self.count = count;
        self
    }

    pub(crate) fn on(mut self, day: Date) -> Self {
        self.day = day;
        self
    }

    pub(crate) fn of_project(mut self, project: &'static str) -> Self {
        self.project = project;
        self
    }
}

/// A session whose `facts` are these, with the columns and types of the stored table. The columns of declared fields
/// are there once one was reported.
pub(crate) fn session(facts: &[Fact]) -> SessionContext {
    let days = |fact: &Fact| (fact.day - date(1970, 1, 1)).get_days();
    let text = |value: fn(&Fact) -> Option<&'static str>| -> ArrayRef {
        Arc::new(facts.iter().map(value).collect::<StringArray>())
    };
    let bucket = |fact: &Fact| fact.micros.map(|micros| DurationBucket::of_micros(micros).index() as i16);
    let day_micros = |fact: &Fact| i64::from(days(fact)) * 86_400_000_000;
    let nothing = || text(|_| None);
    let integers =
        |value: fn(&Fact) -> Option<i64>| -> ArrayRef { Arc::new(facts.iter().map(value).collect::<Int64Array>()) };
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("project", text(|fact| Some(fact.project))),
        ("day", Arc::new(facts.iter().map(|fact| Some(days(fact))).collect::<Date32Array>())),
        ("time", Arc::new(facts.iter().map(|fact| Some(day_micros(fact))).collect::<TimestampMicrosecondArray>())),
        ("kind", text(|fact| Some(fact.kind))),
        ("name", text(|fact| Some(fact.name))),
        ("parent", text(|fact| fact.parent)),
        ("outcome", text(|fact| fact.outcome)),
        ("error_class", nothing()),
        ("duration_bucket", Arc::new(facts.iter().map(bucket).collect::<Int16Array>())),
        ("count", integers(|fact| Some(fact.count))),
        ("installation", integers(|fact| fact.installation)),
        ("run", integers(|_| None)),
        ("database", integers(|_| None)),
        ("version", text(|fact| fact.version)),
        ("commit", nothing()),
        ("built", nothing()),
        ("channel", nothing()),
        ("os", text(|fact| fact.os)),
        ("os_version", nothing()),
        ("arch", nothing()),
        ("runtime", nothing()),
        ("ci", text(|fact| fact.ci)),
        ("container", Arc::new(facts.iter().map(|_| None::<bool>).collect::<BooleanArray>())),
        ("interactive", Arc::new(facts.iter().map(|_| None::<bool>).collect::<BooleanArray>())),
        ("agent", nothing()),
        ("country", text(|fact| fact.country)),
        ("region", nothing()),
        ("sdk", nothing()),
        ("sdk_version", nothing()),
        ("attributes", nothing()),
    ];
    if facts.iter().any(|fact| fact.component_version.is_some()) {
        columns.push(("text_component_version", text(|fact| fact.component_version)));
    }
    if facts.iter().any(|fact| fact.command.is_some()) {
        columns.push(("text_com\"mand", text(|fact| fact.command)));
    }
    let field = |(name, column): &(&str, ArrayRef)| Field::new(*name, column.data_type().clone(), true);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    assert_eq!(schema.field(2).data_type(), &DataType::Timestamp(TimeUnit::Microsecond, None));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(schema.clone(), columns).expect("columns of one length");
    let table = MemTable::try_new(schema, vec![vec![batch]]).expect("a table");
    let session = SessionContext::new();
    session.register_table("facts", Arc::new(table)).expect("the first table of its name");
    session
}

/// The two weeks up to 2026-11-22 of the project `tool`.
pub(crate) fn two_weeks() -> Query {
    Query::last_days("tool", date(2026, 11, 22), 14).expect("a range")
}

/// The report `name` about `query` of these facts.
pub(crate) async fn ask(facts: &[Fact], name: ReportName, query: &Query) -> Report {
    candor_report::run(&session(facts), name, query).await.expect("an answer")
}

/// The rows of a report as CSV without its heading: easy to write by hand.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    report.to_csv().lines().skip(1).map(str::to_owned).collect()
}
