//! What happened each day as an inline SVG.

use candor_report::{Cell, Report};
use jiff::civil::Date;
use maud::{Markup, html};

/// The drawing's own units; it is scaled to the page's width.
const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 220.0;
/// Room for the numbers on the left, the days below, and half a line above.
const LEFT: f64 = 52.0;
const BOTTOM: f64 = 26.0;
const TOP: f64 = 10.0;

/// Fewer days than this are drawn as if there were so many, so that a first day is not one wide block.
const LEAST_DAYS: usize = 14;
/// The most labels of days that fit side by side, on a phone too.
const MOST_LABELS: usize = 6;

/// A day: how many of its runs ended how; or how many of anything, which is then `ok`.
#[derive(Clone)]
struct Day {
    day: Date,
    /// What is said of it where a pointer rests on it.
    label: String,
    ok: i64,
    cancelled: i64,
    error: i64,
    /// Those that did not say how they ended.
    unknown: i64,
}

/// A chart of days, and what a reader who does not see it is told.
struct Chart<'a> {
    id: &'a str,
    title: &'a str,
    text: String,
    days: Vec<Day>,
}

/// The chart of the daily rows of `overview`; nothing where there is no row.
pub(crate) fn daily_runs(overview: &Report) -> Markup {
    let days = days(overview);
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return html! {} };
    let total = |column| overview.total(column).and_then(Cell::as_count).unwrap_or(0);
    let text = format!(
        "{} runs from {} to {}, of which {} failed; at most {} on one day.",
        Cell::Count(total("runs")).to_text(),
        first.day,
        last.day,
        Cell::Count(total("error")).to_text(),
        Cell::Count(most(&days)).to_text()
    );
    html! {
        (draw(&Chart { id: "runs", title: "Runs a day", text, days: days.clone() }))
        ul.legend {
            li { span.swatch.ok {} "ok" }
            li { span.swatch.failed {} "failed" }
            @if days.iter().any(|day| day.cancelled > 0) { li { span.swatch.cancelled {} "cancelled" } }
            @if days.iter().any(|day| day.unknown > 0) { li { span.swatch.unknown {} "not reported" } }
        }
    }
}

/// The chart of those who were active each day: without identifiers where that is known, else by them. Nothing where
/// neither is.
pub(crate) fn daily_actives(actives: &Report) -> Markup {
    let is_day = |row: &usize| actives.cell(*row, "period").and_then(Cell::as_text) == Some("day");
    let day = |row, column| {
        let (day, ok) = (actives.cell(row, "start")?.as_date()?, actives.cell(row, column)?.as_count()?);
        let label = format!("{day}: {}", Cell::Count(ok).to_text());
        Some(Day { day, label, ok, cancelled: 0, error: 0, unknown: 0 })
    };
    let days = ["actives", "identified"]
        .map(|column| (0..actives.rows.len()).filter(is_day).filter_map(|row| day(row, column)).collect::<Vec<_>>());
    let Some(days) = days.into_iter().find(|days| !days.is_empty()) else { return html! {} };
    let text = format!("At most {} installations were active on one day.", Cell::Count(most(&days)).to_text());
    draw(&Chart { id: "actives-chart", title: "Actives a day", text, days })
}

fn most(days: &[Day]) -> i64 {
    days.iter().map(|day| day.ok + day.cancelled + day.error + day.unknown).max().unwrap_or(0)
}

fn draw(chart: &Chart<'_>) -> Markup {
    let Chart { id, title, text, days } = chart;
    let most = most(days);
    let step = step(most);
    let top = (most + step - 1) / step * step;
    let height = |count: i64| count as f64 / top.max(1) as f64 * (HEIGHT - TOP - BOTTOM);
    let slots = days.len().max(LEAST_DAYS);
    let slot = (WIDTH - LEFT) / slots as f64;
    let left = |index: usize| LEFT + (slots - days.len() + index) as f64 * slot;
    let base = HEIGHT - BOTTOM;
    let every = days.len().div_ceil(MOST_LABELS).max(1);
    html! {
        svg.chart viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-labelledby=(format!("{id}-title {id}-text")) {
            title id=(format!("{id}-title")) { (title) }
            desc id=(format!("{id}-text")) { (text) }
            @for tick in (0..=top / step).map(|index| index * step) {
                @let y = number(base - height(tick));
                line.grid x1=(number(LEFT)) x2=(number(WIDTH)) y1=(y) y2=(y) {}
                text.axis x=(number(LEFT - 8.0)) y=(y) dy="0.32em" text-anchor="end" { (Cell::Count(tick).to_text()) }
            }
            @for (index, day) in days.iter().enumerate() {
                g {
                    title { (day.label) }
                    (stack(left(index) + slot * 0.12, slot * 0.76, base, &[
                        ("ok", height(day.ok)),
                        ("unknown", height(day.unknown)),
                        ("cancelled", height(day.cancelled)),
                        ("failed", height(day.error)),
                    ]))
                }
                // Counted from the last day, so that today has a label.
                @if (days.len() - 1 - index).is_multiple_of(every) {
                    @let (x, anchor) = if index + 1 == days.len() { (WIDTH, "end") } else { (left(index) + slot / 2.0, "middle") };
                    text.axis x=(number(x)) y=(number(HEIGHT - 7.0)) text-anchor=(anchor) { (day.day.strftime("%b %-d").to_string()) }
                }
            }
        }
    }
}

/// Bars on top of each other, from the bottom up.
fn stack(x: f64, width: f64, base: f64, bars: &[(&str, f64)]) -> Markup {
    let mut y = base;
    html! {
        @for (class, height) in bars.iter().filter(|(_, height)| *height > 0.0) {
            @let top = { y -= height; y };
            rect class=(class) x=(number(x)) y=(number(top)) width=(number(width)) height=(number(*height)) {}
        }
    }
}

fn days(overview: &Report) -> Vec<Day> {
    let count = |row, column| overview.cell(row, column).and_then(Cell::as_count).unwrap_or(0).max(0);
    let day = |row| {
        let (runs, ok) = (count(row, "runs"), count(row, "ok"));
        let (error, cancelled) = (count(row, "error"), count(row, "cancelled"));
        let day = overview.cell(row, "day")?.as_date()?;
        let text = |count: i64| Cell::Count(count).to_text();
        let label = format!("{day}: {} ok, {} failed, {} cancelled", text(ok), text(error), text(cancelled));
        Some(Day { day, label, ok, cancelled, error, unknown: (runs - ok - error - cancelled).max(0) })
    };
    (0..overview.rows.len()).filter_map(day).collect()
}

/// The distance of the grid's lines: 1, 2 or 5 times a power of ten, at most five of them up to `most`.
fn step(most: i64) -> i64 {
    let mut power = 1_i64;
    loop {
        for step in [power, power.saturating_mul(2), power.saturating_mul(5)] {
            if step == i64::MAX || most / step < 5 {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// A coordinate with one decimal, which is finer than a screen.
fn number(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_has_round_steps_and_at_most_five_of_them() {
        for (most, expected) in [
            (0, 1),
            (1, 1),
            (4, 1),
            (5, 2),
            (9, 2),
            (10, 5),
            (99, 20),
            (1234, 500),
            (i64::MAX, 2_000_000_000_000_000_000),
        ] {
            assert_eq!(step(most), expected, "{most}");
        }
    }
}
