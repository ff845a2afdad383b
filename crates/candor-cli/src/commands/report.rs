use std::path::Path;

use candor_report::{Dimension, Filter, Period, Query, ReportName};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::block_on;
use crate::failure::{Failure, While};
use crate::source::{self, Collector, Source, SourceArgs};
use crate::{output, render};

const EXAMPLES: &str = "\
Examples:
  candor report overview --project inventory --data ./candor-data
  candor report operations --project inventory --data ./candor-data --since 7d --ci no
  candor report versions --project inventory --url http://127.0.0.1:8700 --token TOKEN --csv

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
    #[command(flatten)]
    filters: Filters,
    /// Print JSON
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV
    #[arg(long)]
    csv: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Filters")]
struct Filters {
    /// Only this version of the tool
    #[arg(long)]
    version: Vec<String>,
    /// Only this operating system, such as linux
    #[arg(long)]
    os: Vec<String>,
    /// Only this architecture, such as x86_64
    #[arg(long)]
    arch: Vec<String>,
    /// Only runs in CI (yes) or only runs elsewhere (no)
    #[arg(long, value_name = "yes|no")]
    ci: Vec<String>,
    /// Only what was installed this way, such as homebrew
    #[arg(long)]
    channel: Vec<String>,
    /// Only this country, by its two-letter code
    #[arg(long)]
    country: Vec<String>,
}

fn names() -> impl TypedValueParser<Value = ReportName> {
    let names = ReportName::ALL.map(|name| PossibleValue::new(name.as_str()).help(name.description()));
    PossibleValuesParser::new(names).try_map(|name| name.parse::<ReportName>())
}

impl Filters {
    fn parse(self) -> Result<Vec<Filter>, Failure> {
        let given = [
            (Dimension::Version, self.version),
            (Dimension::Os, self.os),
            (Dimension::Arch, self.arch),
            (Dimension::Ci, self.ci),
            (Dimension::Channel, self.channel),
            (Dimension::Country, self.country),
        ];
        let values = given.into_iter().flat_map(|(name, values)| values.into_iter().map(move |value| (name, value)));
        let filters = values.map(|(name, value)| Filter::parse(name.as_str(), &value));
        filters.collect::<Result<_, _>>().map_err(|error| Failure::usage(error.to_string()))
    }
}

impl Report {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let filters = self.filters.parse()?;
        let report = match self.source.source()? {
            Source::Directory(dir) => block_on(from_directory(&dir, self.name, &self.project, self.since, filters))?,
            Source::Collector(collector) => from_collector(&collector, self.name, &self.project, self.since, &filters)?,
        };
        match (self.json, self.csv) {
            (true, _) => output::print(&report.to_json()),
            (_, true) => output::print(&report.to_csv()),
            _ => output::print(&render::report(&report, output::width(), output::colour())),
        }
    }
}

/// Asks a data directory.
pub(crate) async fn from_directory(
    dir: &Path,
    name: ReportName,
    project: &str,
    since: Period,
    filters: Vec<Filter>,
) -> Result<candor_report::Report, Failure> {
    source::require_project(dir, project).await?;
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let query = Query::last_days(project, today, since.days())?.with_filters(filters);
    let session = source::session(dir).await?;
    Ok(candor_report::run(&session, name, &query).await?)
}

fn from_collector(
    collector: &Collector,
    name: ReportName,
    project: &str,
    since: Period,
    filters: &[Filter],
) -> Result<candor_report::Report, Failure> {
    let mut parameters = vec![("since", since.to_string())];
    parameters.extend(filters.iter().map(|filter| (filter.dimension().as_str(), filter.value().to_owned())));
    let answer = collector.get(&format!("/api/v1/projects/{project}/reports/{name}"), &parameters)?;
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
