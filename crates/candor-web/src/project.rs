//! The page of a project.

use candor_report::{Cell, Column, Dimension, Filter, Period, Report, ReportName};
use maud::{Markup, html};

use crate::{
    address,
    chart::{daily_actives, daily_runs},
    cohorts::triangle,
    layout::{Viewer, document},
    table::table,
    tiles::tiles,
};

/// The periods that can be chosen: days and what they are called.
const PERIODS: [(u32, &str); 4] = [(7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "1 year")];

/// Longer tables are folded up: a page is read from the top.
const MOST_ROWS: usize = 30;

/// What a project's page shows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ProjectPage {
    /// The project's name.
    pub project: String,
    /// The length of time that the reports are about.
    pub since: Period,
    /// What the reports were filtered by.
    pub filters: Vec<Filter>,
    /// Answers to the same question, each shown where it belongs; a report that is missing is left out.
    pub reports: Vec<Report>,
}

impl ProjectPage {
    /// The reports that the page has a place for, in their order: all but the last events, which nobody reads over weeks.
    pub const REPORTS: [ReportName; ReportName::ALL.len() - 1] = [
        ReportName::Overview,
        ReportName::Actives,
        ReportName::Invocations,
        ReportName::Retention,
        ReportName::Versions,
        ReportName::Operations,
        ReportName::Parts,
        ReportName::Components,
        ReportName::Counts,
        ReportName::Uptime,
        ReportName::Platforms,
        ReportName::Ci,
        ReportName::Geography,
        ReportName::Errors,
        ReportName::Crashes,
        ReportName::Pipeline,
    ];

    /// The page of `project` with `reports` over `since`, not filtered.
    #[must_use]
    pub fn new(project: impl Into<String>, since: Period, reports: Vec<Report>) -> Self {
        Self { project: project.into(), since, filters: Vec::new(), reports }
    }

    /// The same page, whose reports were filtered by `filters`.
    #[must_use]
    pub fn with_filters(mut self, filters: Vec<Filter>) -> Self {
        self.filters = filters;
        self
    }

    fn address(&self, since: Period, filters: &[Filter]) -> String {
        address::project_with(&self.project, since, filters)
    }

    /// The address of this page with everything of `dimension` replaced by `filter`.
    fn with(&self, dimension: Dimension, filter: Option<Filter>) -> String {
        let others = self.filters.iter().filter(|other| other.name() != dimension.as_str()).cloned();
        self.address(self.since, &others.chain(filter).collect::<Vec<_>>())
    }
}

/// The dashboard of a project: its numbers, the chart of its days, and every report as a table.
#[must_use]
pub fn page(page: &ProjectPage) -> String {
    let overview = page.reports.iter().find(|report| report.name == ReportName::Overview);
    let further = || page.reports.iter().filter(|report| report.name != ReportName::Overview);
    let content = html! {
        div.heading {
            h1 { (page.project) }
            @if let Some(report) = page.reports.first() { p.note { (report.from) " to " (report.last_day()) } }
        }
        (choices(page))
        @if let Some(overview) = overview {
            section.card aria-label="Overview" {
                (tiles(overview))
                @if !overview.rows.is_empty() {
                    h2 { "Runs a day" }
                    (daily_runs(overview))
                    details {
                        summary { "The same as a table" }
                        (table(overview, |_, _| None))
                    }
                }
                (notes(overview))
            }
        }
        @for report in further().filter(|report| !report.rows.is_empty()) {
            section.card id=(report.name) {
                h2 { (report.name.title()) }
                p.note { (report.name.description()) "." }
                @match report.name {
                    ReportName::Actives => (daily_actives(report)),
                    ReportName::Retention => (triangle(report)),
                    _ => {},
                }
                @if report.rows.len() > MOST_ROWS || report.name == ReportName::Retention {
                    details {
                        summary { "All " (report.rows.len()) " rows" }
                        (table(report, |column, cell| link(page, column, cell)))
                    }
                } @else {
                    (table(report, |column, cell| link(page, column, cell)))
                }
                (notes(report))
            }
        }
        @if further().any(|report| report.rows.is_empty()) {
            section.card {
                h2 { "Nothing to show" }
                p.note { "Nothing in these days is about the following." }
                ul.empty {
                    @for report in further().filter(|report| report.rows.is_empty()) {
                        li { strong { (report.name.title()) } " " span.note { (report.name.description()) "." } }
                    }
                }
            }
        }
    };
    document(&page.project, Viewer::SignedIn, content)
}

/// What can be chosen by a link: the period, CI or not; and what was chosen, to be taken back.
fn choices(page: &ProjectPage) -> Markup {
    let ci = page.filters.iter().find(|filter| filter.name() == Dimension::Ci.as_str());
    let ci_choices = [("All runs", None), ("In CI", Some(Filter::Ci(true))), ("Not in CI", Some(Filter::Ci(false)))];
    let taken_back = |filter: &Filter| {
        let others: Vec<_> = page.filters.iter().filter(|other| *other != filter).cloned().collect();
        page.address(page.since, &others)
    };
    html! {
        nav.choices aria-label="What is shown" {
            ul.choice {
                @for (days, label) in PERIODS {
                    @let period = Period::of_days(days);
                    li { a href=(page.address(period, &page.filters)) aria-current=[current(period == page.since)] { (label) } }
                }
            }
            ul.choice {
                @for (label, choice) in ci_choices {
                    @let chosen = ci == choice.as_ref();
                    li { a href=(page.with(Dimension::Ci, choice)) aria-current=[current(chosen)] { (label) } }
                }
            }
            @for filter in page.filters.iter().filter(|filter| filter.name() != Dimension::Ci.as_str()) {
                a.chip href=(taken_back(filter)) title="Remove this filter" {
                    (filter.name()) " " strong { (filter.value()) } span aria-hidden="true" { " ×" }
                }
            }
        }
    }
}

fn current(chosen: bool) -> Option<&'static str> {
    chosen.then_some("true")
}

/// A version of the tool leads to the same page about that version alone.
fn link(page: &ProjectPage, column: &Column, cell: &Cell) -> Option<String> {
    let version = cell.as_text().filter(|_| column.name == "version")?;
    Some(page.with(Dimension::Version, Some(Filter::Equals(Dimension::Version, version.to_owned()))))
}

fn notes(report: &Report) -> Markup {
    html! { @for note in &report.notes { p.note { (note) } } }
}
