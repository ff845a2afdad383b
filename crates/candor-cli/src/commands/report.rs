use std::path::{Path, PathBuf};

use candor_report::{Dimension, Field, Filter, Period, Query, ReportName, Source as RowSource};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, ValueEnum};

use super::block_on;
use crate::failure::{Failure, While};
use crate::source::{self, Collector, Source, SourceArgs};
use crate::{output, render};

const EXAMPLES: &str = "\
Examples:
  candor report overview --project inventory --data ./candor-data
  candor report operations --project inventory --data ./candor-data --since 7d --ci no --compare
  candor report overview --project inventory --data ./candor-data --by version
  candor report parts --project inventory --data ./candor-data --filter provider=mounts
  candor report versions --project inventory --url http://127.0.0.1:8700 --token TOKEN --csv
  candor report counts --project inventory --data ./candor-data --format parquet --output counts.parquet

The columns of each report are in docs/reports.md. A filter that is given twice takes either value.";

/// Answer a question about a project
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Report {
    /// The question
    #[arg(value_parser = names())]
    name: ReportName,
    /// The project
    #[arg(long, value_name = "NAME")]
    project: String,
    #[command(flatten)]
    source: SourceArgs,
    /// How far to look back, today included: 7d, 4w, 1y
    #[arg(long, value_name = "PERIOD", default_value = "30d")]
    since: Period,
    /// Compare with as many days before
    #[arg(long)]
    compare: bool,
    /// Break each row down by a filter's name, or by a declared attribute
    #[arg(long, value_name = "FIELD")]
    by: Option<Field>,
    /// How many values of it have rows of their own; the others are called other
    #[arg(long, value_name = "N", default_value_t = 10, requires = "by")]
    top: u32,
    /// Answer from sums of days where they have what is needed, from single rows, or from sums only
    #[arg(long = "source", id = "rows", value_name = "auto|raw|rollup", default_value = "auto")]
    rows: RowSource,
    #[command(flatten)]
    filters: Filters,
    /// Print JSON
    #[arg(long, conflicts_with_all = ["csv", "format"])]
    json: bool,
    /// Print CSV
    #[arg(long, conflicts_with = "format")]
    csv: bool,
    /// In which form to answer
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write into this file instead; Parquet needs one
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// In which form to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
    Parquet,
}

/// The filters: a flag for each dimension, and one for attributes.
#[derive(Debug)]
struct Filters(Vec<Filter>);

/// What the arguments of filters are called within clap, where the report has a `name` of its own.
fn filter_id(dimension: Dimension) -> String {
    format!("filter-{dimension}")
}

/// The argument that takes attributes.
const ATTRIBUTE: &str = "filter";

impl Args for Filters {
    fn augment_args(command: Command) -> Command {
        let flags = Dimension::ALL.map(|dimension| {
            let value =
                if dimension.values().is_some() { "yes|no".to_owned() } else { dimension.as_str().to_uppercase() };
            Arg::new(filter_id(dimension))
                .long(dimension.as_str())
                .help(dimension.description())
                .value_name(value)
                .action(ArgAction::Append)
                .help_heading("Filters")
        });
        let attribute = Arg::new(ATTRIBUTE)
            .long(ATTRIBUTE)
            .help("Only this value of a declared attribute")
            .value_name("NAME=VALUE")
            .action(ArgAction::Append)
            .help_heading("Filters");
        command.args(flags).arg(attribute)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Filters {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let names = Dimension::ALL.map(|dimension| (filter_id(dimension), dimension.as_str()));
        let names = names.into_iter().chain([(ATTRIBUTE.to_owned(), ATTRIBUTE)]);
        let mut filters = Vec::new();
        for (id, name) in names {
            for value in matches.get_many::<String>(&id).into_iter().flatten() {
                let filter = Filter::parse(name, value);
                filters
                    .push(filter.map_err(|error| clap::Error::raw(ErrorKind::ValueValidation, format!("{error}\n")))?);
            }
        }
        Ok(Self(filters))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn names() -> impl TypedValueParser<Value = ReportName> {
    let names = ReportName::ALL.map(|name| PossibleValue::new(name.as_str()).help(name.description()));
    PossibleValuesParser::new(names).try_map(|name| name.parse::<ReportName>())
}

impl Report {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let format = match (self.json, self.csv) {
            (true, _) => Format::Json,
            (_, true) => Format::Csv,
            _ => self.format,
        };
        if format == Format::Parquet && self.output.is_none() {
            return Err(Failure::usage("Parquet is no text: say with --output FILE where to write it"));
        }
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let query = Query::last_days(&self.project, today, self.since.days())?;
        let mut query = query.with_filters(self.filters.0).with_source(self.rows);
        if let Some(field) = self.by {
            query = query.by(field).with_top(self.top).map_err(|error| Failure::usage(error.to_string()))?;
        }
        if self.compare {
            query = query.compared();
        }
        let report = match self.source.source()? {
            Source::Directory(dir) => block_on(from_directory(&dir, self.name, &query))?,
            Source::Collector(collector) => from_collector(&collector, self.name, self.since, &query)?,
        };
        let text = match format {
            Format::Table => render::report(&report, output::width(), output::colour() && self.output.is_none()),
            Format::Json => report.to_json(),
            Format::Csv => report.to_csv(),
            Format::Parquet => String::new(),
        };
        match self.output {
            None => output::print(&text),
            Some(file) => {
                let bytes = if format == Format::Parquet { report.to_parquet()? } else { text.into_bytes() };
                std::fs::write(&file, bytes).or_failed_to(|| format!("write {}", file.display()))
            }
        }
    }
}

/// Asks a data directory.
async fn from_directory(dir: &Path, name: ReportName, query: &Query) -> Result<candor_report::Report, Failure> {
    source::require_project(dir, &query.project).await?;
    let session = source::session(dir).await?;
    if name == ReportName::Pipeline {
        let outcomes = source::outcomes(dir, query).await?;
        candor_report::register_outcomes(&session, &query.project, &outcomes)?;
    }
    candor_report::run(&session, name, query).await.map_err(|error| match error.is_refusal() {
        true => Failure::usage(error.to_string()),
        false => error.into(),
    })
}

fn from_collector(
    collector: &Collector,
    name: ReportName,
    since: Period,
    query: &Query,
) -> Result<candor_report::Report, Failure> {
    let mut parameters = vec![("since", since.to_string()), ("source", query.source.as_str().to_owned())];
    parameters.extend(query.filters.iter().map(Filter::parameter));
    if let Some(field) = &query.by {
        parameters.extend([("by", field.to_string()), ("top", query.top.to_string())]);
    }
    if query.compare {
        parameters.push(("compare", true.to_string()));
    }
    let answer = collector.get(&format!("/api/v1/projects/{}/reports/{name}", query.project), &parameters)?;
    candor_report::Report::from_json(&answer).or_failed_to(|| "understand the collector's answer".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_dimension_has_a_flag_with_its_description() {
        let command = crate::cli::Cli::command();
        let report = command.find_subcommand("report").expect("the command");
        for dimension in Dimension::ALL {
            let flag = report.get_arguments().find(|argument| argument.get_long() == Some(dimension.as_str()));
            let help = flag.and_then(|flag| flag.get_help()).map(ToString::to_string);
            assert_eq!(help.as_deref(), Some(dimension.description()), "{dimension}");
        }
    }
}
