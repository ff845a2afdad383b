//! Retention as a triangle: a row for each cohort, a column for each week after the first.

use candor_report::{Cell, Report};
use maud::{Markup, html};

/// The most weeks side by side: a quarter of a year.
const MOST_WEEKS: usize = 13;

/// The cohorts of the report `retention`: those that are known without identifiers, where there are any.
pub(crate) fn triangle(retention: &Report) -> Markup {
    let has_flags = (0..retention.rows.len()).any(|row| matches!(retention.cell(row, "size"), Some(Cell::Count(_))));
    let (size, share) = if has_flags { ("size", "retained") } else { ("identified_size", "identified_retained") };
    let cell = |row, column| retention.cell(row, column).cloned().unwrap_or(Cell::Empty);
    let week = |row| cell(row, "week").as_count().and_then(|week| usize::try_from(week).ok()).unwrap_or(0);
    let rows = 0..retention.rows.len();
    let weeks = rows.clone().map(week).max().unwrap_or(0).min(MOST_WEEKS - 1);
    let of_cohort = |first: usize| {
        let cohort = cell(first, "cohort");
        rows.clone().filter(move |row| cell(*row, "cohort") == cohort && week(*row) <= weeks)
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label="Retention by cohort" {
            table {
                thead { tr {
                    th scope="col" { "cohort" }
                    th.number scope="col" { "size" }
                    @for week in 0..=weeks { th.number scope="col" { "week " (week) } }
                } }
                tbody {
                    @for first in rows.clone().filter(|row| week(*row) == 0) {
                        tr {
                            td.date { (cell(first, "cohort").to_text()) }
                            td.number { (cell(first, size).to_text()) }
                            @for row in of_cohort(first) { td.number { (cell(row, share).to_text()) } }
                        }
                    }
                }
            }
        }
    }
}
