//! The numbers at the top of a project's page.

use candor_report::{Cell, Report};
use maud::{Markup, html};

/// Totals of the overview that are shown, with what a reader should see beside them.
const TILES: [(&str, &str); 7] = [
    ("runs", "Runs"),
    ("success", "Success"),
    ("p50_us", "Half within"),
    ("p95_us", "95 % within"),
    ("versions", "Versions"),
    ("started", "Instances started"),
    ("counted", "Counted"),
];

/// The totals of `overview` as tiles; nothing where there are none.
pub(crate) fn tiles(overview: &Report) -> Markup {
    let tiles = TILES.iter().filter_map(|(column, label)| {
        let cell = overview.total(column)?;
        (*cell != Cell::Empty && (*cell != Cell::Count(0) || *column == "runs")).then_some((*label, cell))
    });
    html! {
        @if overview.totals.is_some() {
            dl.tiles {
                @for (label, cell) in tiles {
                    div.tile { dt { (label) } dd { (cell.to_text()) } }
                }
            }
        }
    }
}
