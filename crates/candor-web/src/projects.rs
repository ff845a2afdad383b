//! The list of projects.

use candor_report::Cell;
use maud::html;

use crate::{
    address,
    layout::{Viewer, document},
};

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProjectSummary {
    /// The project's name.
    pub name: String,
    /// How many operations ran lately, where that was asked.
    pub runs: Option<i64>,
}

impl ProjectSummary {
    /// The project of this name, about which nothing else is said.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), runs: None }
    }

    /// The same, with the number of its runs.
    #[must_use]
    pub fn with_runs(mut self, runs: i64) -> Self {
        self.runs = Some(runs);
        self
    }
}

/// The page that lists the projects somebody may look at.
#[must_use]
pub fn projects(projects: &[ProjectSummary]) -> String {
    let content = html! {
        h1 { "Projects" }
        @if projects.is_empty() {
            section.card {
                p { "There is no project yet. Make one with" }
                pre { code { "candor project create NAME --data DIR" } }
            }
        } @else {
            ul.projects {
                @for project in projects {
                    li {
                        a href=(address::project(&project.name)) {
                            span.name { (project.name) }
                            @if let Some(runs) = project.runs {
                                span.note { (Cell::Count(runs).to_text()) @if runs == 1 { " run" } @else { " runs" } }
                            }
                        }
                    }
                }
            }
        }
    };
    document("Projects", Viewer::SignedIn, content)
}
