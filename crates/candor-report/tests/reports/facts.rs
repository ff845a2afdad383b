//! A table `facts` with rows written by hand, and the tables that follow from it.

use std::sync::Arc;

use candor_report::{Outcome, Query, Report, ReportName, Source, register_outcomes};
use candor_wire::{BASE_DIMENSIONS, BESIDE_ATTRIBUTE, DURATIONS, DurationBucket, FAILED_KINDS, GRAINS, TIMED_KINDS};
use datafusion::{
    arrow::{
        array::{
            Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int16Array, Int64Array, RecordBatch, StringArray,
            TimestampMicrosecondArray, new_null_array,
        },
        compute::{concat_batches, filter_record_batch},
        datatypes::{DataType, Field, Int16Type, Int64Type, Schema, TimeUnit},
    },
    datasource::MemTable,
    prelude::{SessionConfig, SessionContext},
};
use jiff::civil::{Date, date};

/// What a machine says of a period.
type CellAndRank = (i64, i64);

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
    os_version: Option<&'static str>,
    arch: Option<&'static str>,
    ci: Option<&'static str>,
    container: Option<bool>,
    agent: Option<&'static str>,
    country: Option<&'static str>,
    installation: Option<i64>,
    component_version: Option<&'static str>,
    command: Option<&'static str>,
    provider: Option<&'static str>,
    size: Option<i64>,
    cached: Option<bool>,
    first_of: Option<(bool, bool, i64)>,
    /// Bits, and cell and rank of day, week and month.
    sketch: Option<(i64, [Option<CellAndRank>; 3])>,
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
            os_version: None,
            arch: None,
            ci: None,
            container: None,
            agent: None,
            country: None,
            installation: None,
            component_version: None,
            command: None,
            provider: None,
            size: None,
            cached: None,
            first_of: None,
            sketch: None,
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

    /// The first record of a day of an installation that keeps state: whether it is that of the week and of the month, and
    /// how many weeks ago the first week was.
    pub(crate) fn active(first_of_week: bool, first_of_month: bool, weeks: i64) -> Self {
        Self { first_of: Some((first_of_week, first_of_month, weeks)), ..Self::new("active", "active") }
    }

    /// The same of a machine that keeps none: cell and rank for each of day, week and month.
    pub(crate) fn sketched(bits: i64, cells: [Option<CellAndRank>; 3]) -> Self {
        Self { sketch: Some((bits, cells)), ..Self::new("active", "active") }
    }

    pub(crate) fn component(set: &'static str, name: &'static str, version: &'static str) -> Self {
        Self { parent: Some(set), component_version: Some(version), ..Self::new("component", name) }
    }

    setters! {
        micros: u64, version: &'static str, os: &'static str, os_version: &'static str, arch: &'static str, ci: &'static str, container: bool, agent: &'static str, country: &'static str, installation: i64, command: &'static str, provider: &'static str, size: i64, cached: bool
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

/// A session with nothing but `facts`, of the columns and types of the stored table. The columns of declared fields
/// are there once one was reported.
pub(crate) fn only_facts(facts: &[Fact]) -> SessionContext {
    let days = |fact: &Fact| (fact.day - date(1970, 1, 1)).get_days();
    let text = |value: fn(&Fact) -> Option<&'static str>| -> ArrayRef {
        Arc::new(facts.iter().map(value).collect::<StringArray>())
    };
    let flag =
        |value: fn(&Fact) -> Option<bool>| -> ArrayRef { Arc::new(facts.iter().map(value).collect::<BooleanArray>()) };
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
        ("os_version", text(|fact| fact.os_version)),
        ("arch", text(|fact| fact.arch)),
        ("runtime", nothing()),
        ("ci", text(|fact| fact.ci)),
        ("container", flag(|fact| fact.container)),
        ("interactive", flag(|_| None)),
        ("agent", text(|fact| fact.agent)),
        ("country", text(|fact| fact.country)),
        ("region", nothing()),
        ("sdk", nothing()),
        ("sdk_version", nothing()),
        ("attributes", nothing()),
    ];
    columns.extend(
        [
            ("text_component_version", text(|fact| fact.component_version)),
            ("text_com\"mand", text(|fact| fact.command)),
            ("text_provider", text(|fact| fact.provider)),
            ("int_size", integers(|fact| fact.size)),
            ("bool_cached", flag(|fact| fact.cached)),
            ("bool_first_of_week", flag(|fact| fact.first_of.map(|first| first.0))),
            ("bool_first_of_month", flag(|fact| fact.first_of.map(|first| first.1))),
            ("int_weeks", integers(|fact| fact.first_of.map(|first| first.2))),
            ("int_sketch_bits", integers(|fact| fact.sketch.map(|(bits, _)| bits))),
            ("int_day_cell", integers(|fact| Some(fact.sketch?.1[0]?.0))),
            ("int_day_rank", integers(|fact| Some(fact.sketch?.1[0]?.1))),
            ("int_week_cell", integers(|fact| Some(fact.sketch?.1[1]?.0))),
            ("int_week_rank", integers(|fact| Some(fact.sketch?.1[1]?.1))),
            ("int_month_cell", integers(|fact| Some(fact.sketch?.1[2]?.0))),
            ("int_month_rank", integers(|fact| Some(fact.sketch?.1[2]?.1))),
        ]
        .into_iter()
        .filter(|(_, column)| column.null_count() < column.len()),
    );
    let field = |(name, column): &(&str, ArrayRef)| Field::new(*name, column.data_type().clone(), true);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    assert_eq!(schema.field(2).data_type(), &DataType::Timestamp(TimeUnit::Microsecond, None));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(schema.clone(), columns).expect("columns of one length");
    let table = MemTable::try_new(schema, vec![vec![batch]]).expect("a table");
    // One thread is faster than two that share out a handful of rows.
    let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    session.register_table("facts", Arc::new(table)).expect("the first table of its name");
    session
}

/// A session with every table, as docs/storage.md says that they follow from `facts`. Their rows are not added up: a
/// question must not mind.
pub(crate) async fn session(facts: &[Fact]) -> SessionContext {
    let session = only_facts(facts);
    let batches = session.table("facts").await.expect("the table").collect().await.expect("rows");
    let schema = session.table_provider("facts").await.expect("the table").schema();
    let rows = concat_batches(&schema, &batches).expect("one batch");
    for (name, table) in [
        ("daily", daily(&rows)),
        ("actives", actives(&rows)),
        ("installation_days", installation_days(&rows)),
        ("crashes", only(&rows, |row| matches!(text(&rows, "kind", row), Some("crash" | "error")))),
    ] {
        let table = MemTable::try_new(table.schema(), vec![vec![table]]).expect("a table");
        session.register_table(name, Arc::new(table)).expect("the first table of its name");
    }
    register_outcomes(&session, "tool", &[]).expect("the first table of its name");
    session
}

fn text<'a>(rows: &'a RecordBatch, column: &str, row: usize) -> Option<&'a str> {
    let column = rows.column_by_name(column)?.as_string::<i32>();
    column.is_valid(row).then(|| column.value(row))
}

/// The rows that `keep` keeps.
fn only(rows: &RecordBatch, keep: impl Fn(usize) -> bool) -> RecordBatch {
    filter_record_batch(rows, &(0..rows.num_rows()).map(keep).map(Some).collect()).expect("rows")
}

/// Every fact in every grain, and in that of each attribute it has.
fn daily(rows: &RecordBatch) -> RecordBatch {
    let schema = rows.schema();
    let names = schema.fields().iter().map(|field| field.name().as_str());
    let names: Vec<_> =
        names.filter(|name| !["time", "installation", "run", "database", "attributes"].contains(name)).collect();
    let attributes = names.iter().filter(|name| ["text_", "bool_"].iter().any(|prefix| name.starts_with(prefix)));
    let grains = GRAINS.iter().map(|grain| (grain.name, grain.columns.to_vec(), grain.names_timed));
    let grains = grains.chain(attributes.map(|name| (*name, [&BESIDE_ATTRIBUTE[..], &[*name]].concat(), false)));
    let batches: Vec<_> = grains
        .map(|(grain, own, names_timed)| {
            let only_with = match grain {
                grain if grain == DURATIONS.name => "duration_bucket",
                grain if grain.contains('_') => grain,
                _ => "count",
            };
            let having = only(rows, |row| rows.column_by_name(only_with).is_some_and(|column| column.is_valid(row)));
            let is = |row: usize, kinds: &[&str]| kinds.contains(&text(&having, "kind", row).unwrap_or_default());
            let texts = |of: &dyn Fn(usize) -> Option<String>| -> ArrayRef {
                Arc::new((0..having.num_rows()).map(of).collect::<StringArray>())
            };
            let columns = names.iter().map(|name| {
                let column = having.column_by_name(name).expect("a column");
                let unnamed = |row: usize| !names_timed && is(row, &TIMED_KINDS);
                let said = |row: usize| text(&having, name, row).map(str::to_owned);
                let column = match *name {
                    "name" => texts(&|row| if unnamed(row) { Some(String::new()) } else { said(row) }),
                    "parent" => {
                        let lost = |row: usize| unnamed(row) || (!names_timed && is(row, &FAILED_KINDS));
                        texts(&|row| said(row).filter(|_| !lost(row)))
                    }
                    "duration_bucket" if own.contains(name) => coarse(column, |row| is(row, &["part"])),
                    name if BASE_DIMENSIONS.contains(&name) || own.contains(&name) || name == "count" => column.clone(),
                    _ => new_null_array(column.data_type(), column.len()),
                };
                (*name, column, true)
            });
            let grains: ArrayRef = Arc::new(StringArray::from(vec![grain; having.num_rows()]));
            RecordBatch::try_from_iter_with_nullable(columns.chain([("grain", grains, true)])).expect("a grain")
        })
        .collect();
    concat_batches(&batches[0].schema(), &batches).expect("one batch")
}

fn coarse(buckets: &ArrayRef, is_part: impl Fn(usize) -> bool) -> ArrayRef {
    let buckets = buckets.as_primitive::<Int16Type>();
    let coarse = |row: usize| {
        let bucket = DurationBucket::from_index(buckets.value(row).try_into().expect("an index")).expect("a bucket");
        i16::try_from(bucket.coarse(is_part(row)).index()).expect("an index")
    };
    Arc::new(Int16Array::from_iter_values((0..buckets.len()).map(coarse)))
}

const OF_INSTALLATIONS: [&str; 9] =
    ["project", "day", "version", "channel", "os", "arch", "ci", "container", "country"];

/// The columns of `rows` of these names; nulls where there is none.
fn columns(rows: &RecordBatch, names: &[(&'static str, &str)]) -> Vec<(&'static str, ArrayRef)> {
    let column = |name: &str| rows.column_by_name(name).cloned();
    names
        .iter()
        .map(|(alias, name)| {
            let kind = if name.starts_with("bool_") { DataType::Boolean } else { DataType::Int64 };
            (*alias, column(name).unwrap_or_else(|| new_null_array(&kind, rows.num_rows())))
        })
        .collect()
}

fn actives(rows: &RecordBatch) -> RecordBatch {
    let shared = OF_INSTALLATIONS.map(|name| (name, name));
    let with = |rows: RecordBatch, own: &[(&'static str, &str)], sketch: Option<&str>| {
        let sketches: ArrayRef = Arc::new(StringArray::from(vec![sketch; rows.num_rows()]));
        let all = columns(&rows, &[&shared[..], &[("count", "count")], own].concat());
        let all = all.into_iter().chain([("sketch", sketches)]).map(|(name, column)| (name, column, true));
        RecordBatch::try_from_iter_with_nullable(all).expect("rows")
    };
    let has = |row: usize, name: &str| rows.column_by_name(name).is_some_and(|column| column.is_valid(row));
    let flags =
        [("first_of_week", "bool_first_of_week"), ("first_of_month", "bool_first_of_month"), ("weeks", "int_weeks")];
    let none = [("bits", "none"), ("cell", "none"), ("rank", "none")];
    let mut batches = vec![with(only(rows, |row| has(row, "int_weeks")), &[flags, none].concat(), None)];
    let none = [("first_of_week", "bool_none"), ("first_of_month", "bool_none"), ("weeks", "none")];
    for period in ["day", "week", "month"] {
        let (cell, rank) = (format!("int_{period}_cell"), format!("int_{period}_rank"));
        let own = [("bits", "int_sketch_bits"), ("cell", &*cell), ("rank", &*rank)];
        batches.push(with(only(rows, |row| has(row, &cell)), &[none, own].concat(), Some(period)));
    }
    concat_batches(&batches[0].schema(), &batches).expect("one batch")
}

fn installation_days(rows: &RecordBatch) -> RecordBatch {
    let rows = only(rows, |row| rows.column_by_name("installation").is_some_and(|column| column.is_valid(row)));
    let counts = rows.column_by_name("count").expect("a column").as_primitive::<Int64Type>();
    let runs = |row: usize| if text(&rows, "kind", row) == Some("operation") { counts.value(row) } else { 0 };
    let runs: ArrayRef = Arc::new(Int64Array::from_iter_values((0..rows.num_rows()).map(runs)));
    let shared = OF_INSTALLATIONS.map(|name| (name, name));
    let all = columns(&rows, &[&shared[..], &[("installation", "installation")]].concat());
    let all = all.into_iter().chain([("runs", runs)]).map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(all).expect("rows")
}

/// The two weeks up to 2026-11-22 of the project `tool`.
pub(crate) fn two_weeks() -> Query {
    Query::last_days("tool", date(2026, 11, 22), 14).expect("a range")
}

/// The report `name` about `query` of these facts: the same of sums where they have it, and of the rows themselves.
pub(crate) async fn ask(facts: &[Fact], name: ReportName, query: &Query) -> Report {
    let session = session(facts).await;
    let report = candor_report::run(&session, name, query).await.expect("an answer");
    let raw = query.clone().with_source(Source::Raw);
    let raw = candor_report::run(&session, name, &raw).await.expect("an answer from rows");
    assert_eq!(report, raw, "{name} of sums and of rows");
    report
}

/// The report `pipeline` of how these items ended.
pub(crate) async fn ask_pipeline(outcomes: &[Outcome], query: &Query) -> Report {
    let session = only_facts(&[]);
    register_outcomes(&session, "tool", outcomes).expect("the first table of its name");
    candor_report::run(&session, ReportName::Pipeline, query).await.expect("an answer")
}

/// The rows of a report as CSV without its heading: easy to write by hand.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    report.to_csv().lines().skip(1).map(str::to_owned).collect()
}
