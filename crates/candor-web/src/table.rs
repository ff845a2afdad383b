//! A report as a table.

use candor_report::{Cell, Column, Report, Unit};
use maud::{Markup, html};

/// The rows of `report`; columns that are empty in all of them are left out. `link` may give a cell an address.
pub(crate) fn table(report: &Report, link: impl Fn(&Column, &Cell) -> Option<String>) -> Markup {
    let all = || report.rows.iter().chain(&report.totals);
    let shown: Vec<_> = report
        .columns
        .iter()
        .enumerate()
        .filter(|(index, _)| all().any(|row| row.get(*index).is_some_and(|cell| *cell != Cell::Empty)))
        .collect();
    html! {
        div.scroll tabindex="0" role="region" aria-label=(report.name.title()) {
            table {
                thead {
                    tr {
                        @for (_, column) in &shown {
                            th scope="col" class=[class(column.unit)] title=(column.description) { (report.heading(column)) }
                        }
                    }
                }
                tbody {
                    @for row in &report.rows {
                        tr { @for (index, column) in &shown { (data(column, &row[*index], &link)) } }
                    }
                }
                @if let Some(totals) = &report.totals {
                    tfoot {
                        tr {
                            @for (place, (index, column)) in shown.iter().enumerate() {
                                @if place == 0 && totals[*index] == Cell::Empty {
                                    th scope="row" { "all" }
                                } @else {
                                    (data(column, &totals[*index], &link))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn data(column: &Column, cell: &Cell, link: &impl Fn(&Column, &Cell) -> Option<String>) -> Markup {
    html! {
        td class=[class(column.unit)] {
            @match cell {
                Cell::Empty => span.none { "–" },
                Cell::Share(share) => { (bar(column, *share)) (cell.to_text()) },
                Cell::Flag(true) => span.flag { (column.label) },
                Cell::Flag(false) => {},
                cell => {
                    @if let Some(address) = link(column, cell) { a href=(address) { (cell.to_text()) } }
                    @else { (cell.to_text()) }
                }
            }
        }
    }
}

/// A bar as long as the share; that of a success rate says how good it is by its colour too.
fn bar(column: &Column, share: f64) -> Markup {
    let tone = match column.name {
        "success" if share < 0.9 => "bad",
        "success" if share < 0.98 => "fair",
        "success" => "good",
        _ => "plain",
    };
    html! {
        svg.bar.(tone) viewBox="0 0 100 8" width="64" height="8" preserveAspectRatio="none" aria-hidden="true" {
            rect.track width="100" height="8" rx="2" {}
            rect.fill width=(format!("{:.1}", share.clamp(0.0, 1.0) * 100.0)) height="8" rx="2" {}
        }
    }
}

fn class(unit: Unit) -> Option<&'static str> {
    match unit {
        unit if unit.is_number() => Some("number"),
        Unit::Date => Some("date"),
        _ => None,
    }
}
