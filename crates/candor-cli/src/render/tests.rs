use candor_report::{Query, Report, ReportName};
use jiff::civil::date;

use super::report;

fn read(json: &str) -> Report {
    Report::from_json(json).expect("the example is a report")
}

/// Eleven days of a tool: a gap, a bad day, today.
fn overview() -> Report {
    let runs = [40_i64, 61, 55, 0, 12, 70, 88, 91, 1204, 64, 23];
    let rows = runs.iter().enumerate().map(|(index, runs)| {
        let error = if index == 8 { 160 } else { runs / 50 };
        let (success, p50) = match runs {
            0 => ("null".to_owned(), "null"),
            runs => (((runs - error) as f64 / *runs as f64).to_string(), "1003520"),
        };
        format!(
            r#"{{"day":"2026-11-{:02}","runs":{runs},"ok":{},"error":{error},"cancelled":0,"success":{success},"p50_us":{p50},"p95_us":{p50},"counted":{},"started":0,"versions":{}}}"#,
            index + 12,
            runs - error,
            runs * 3,
            runs.min(&3),
        )
    });
    let rows = rows.collect::<Vec<_>>().join(",");
    read(&format!(
        r#"{{"report":"overview","project":"inventory","from":"2026-11-09","to":"2026-11-23","rows":[{rows}],
            "totals":{{"day":null,"runs":1708,"ok":1538,"error":170,"cancelled":0,"success":0.9004683840749415,"p50_us":1003520,"p95_us":3407872,"counted":5124,"started":0,"versions":3}},
            "notes":["Nothing that was reported identifies an installation: these are runs, and there is no count of users."]}}"#
    ))
}

fn operations() -> Report {
    read(
        r#"{"report":"operations","project":"inventory","from":"2026-11-09","to":"2026-11-23","rows":[
            {"operation":"fetch","runs":1234567,"ok":1230000,"error":567,"cancelled":4000,"success":0.99953925,"p50_us":1003520,"p90_us":2015232,"p95_us":3407872,"p99_us":12124160},
            {"operation":"policy run","runs":120,"ok":110,"error":10,"cancelled":0,"success":0.9166666666666666,"p50_us":1220,"p90_us":5000,"p95_us":9960,"p99_us":99000},
            {"operation":"providers list","runs":3,"ok":1,"error":2,"cancelled":0,"success":0.3333333333333333,"p50_us":850,"p90_us":850,"p95_us":850,"p99_us":850},
            {"operation":"help","runs":1,"ok":0,"error":0,"cancelled":1,"success":null,"p50_us":null,"p90_us":null,"p95_us":null,"p99_us":null}
        ],"notes":["Durations are at most 4 % off."]}"#,
    )
}

fn versions() -> Report {
    read(
        r#"{"report":"versions","project":"inventory","from":"2026-11-09","to":"2026-11-23","rows":[
            {"version":"1.10.0","latest":true,"runs":1000,"share":0.58,"started":0,"success":0.995,"first_seen":"2026-11-18","last_seen":"2026-11-22"},
            {"version":"1.9.0","latest":false,"runs":720,"share":0.4199,"started":0,"success":0.97,"first_seen":"2026-11-12","last_seen":"2026-11-22"},
            {"version":"dev","latest":false,"runs":1,"share":0.0001,"started":0,"success":0.0,"first_seen":"2026-11-22","last_seen":"2026-11-22"},
            {"version":null,"latest":false,"runs":0,"share":0.0,"started":2,"success":null,"first_seen":"2026-11-22","last_seen":"2026-11-22"}
        ],"notes":["58.0 % of the runs are on 1.10.0, the newest release seen."]}"#,
    )
}

#[test]
fn an_overview_on_a_wide_screen() {
    insta::assert_snapshot!(report(&overview(), 120, false));
}

#[test]
fn an_overview_on_a_narrow_screen() {
    insta::assert_snapshot!(report(&overview(), 60, false));
}

#[test]
fn operations_on_a_screen_of_80_columns() {
    insta::assert_snapshot!(report(&operations(), 80, false));
}

#[test]
fn operations_in_colour() {
    insta::assert_snapshot!(report(&operations(), 140, true).replace('\u{1b}', "ESC"));
}

#[test]
fn versions_on_a_wide_screen() {
    insta::assert_snapshot!(report(&versions(), 120, false));
}

/// Two versions over three days, against three days before.
fn compared() -> Report {
    read(
        r#"{"report":"overview","project":"inventory","from":"2026-11-20","to":"2026-11-23","by":"version","rows":[
            {"day":"2026-11-20","value":"1.9.0","runs":90,"ok":90,"error":0,"success":1.0,"versions":1},
            {"day":"2026-11-21","value":"1.9.0","runs":60,"ok":60,"error":0,"success":1.0,"versions":1},
            {"day":"2026-11-21","value":"1.10.0","runs":40,"ok":30,"error":10,"success":0.75,"versions":1},
            {"day":"2026-11-22","value":"1.10.0","runs":100,"ok":100,"error":0,"success":1.0,"versions":1}
        ],"totals":{"runs":290,"ok":280,"error":10,"success":0.9655,"versions":2},"notes":[],
        "previous":{"from":"2026-11-17","to":"2026-11-20","rows":[
            {"day":"2026-11-17","value":"1.9.0","runs":80,"ok":80,"error":0,"success":1.0,"versions":1},
            {"day":"2026-11-18","value":"1.9.0","runs":120,"ok":120,"error":0,"success":1.0,"versions":1}
        ],"totals":{"runs":200,"ok":200,"error":0,"success":1.0,"versions":1}}}"#,
    )
}

fn retention() -> Report {
    let row = |cohort: &str, week, size, active| {
        format!(
            r#"{{"cohort":"{cohort}","week":{week},"size":{size},"active":{active},"retained":{}}}"#,
            f64::from(active) / f64::from(size)
        )
    };
    let rows = [row("2026-11-09", 0, 40, 40), row("2026-11-09", 1, 40, 26), row("2026-11-16", 0, 31, 31)].join(",");
    read(&format!(
        r#"{{"report":"retention","project":"inventory","from":"2026-11-09","to":"2026-11-23","rows":[{rows}],
            "notes":["The last week of each cohort is not over."]}}"#
    ))
}

#[test]
fn a_breakdown_has_a_line_a_value_and_a_comparison_the_change_of_its_first_number() {
    insta::assert_snapshot!(report(&compared(), 100, false));
}

#[test]
fn cohorts_are_a_triangle() {
    insta::assert_snapshot!(report(&retention(), 80, false));
}

#[test]
fn a_report_without_rows_is_its_notes() {
    let query = Query::last_days("inventory", date(2026, 11, 22), 14).expect("a range");
    let mut empty = Report::empty(ReportName::Parts, &query);
    empty.notes.push("Nothing was reported in these days.".to_owned());
    insta::assert_snapshot!(report(&empty, 80, false));
}

#[test]
fn no_line_is_wider_than_the_screen() {
    for sample in [overview(), operations(), versions(), compared(), retention()] {
        for width in 60..=200 {
            for line in report(&sample, width, false).lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn names_cannot_move_the_cursor_or_change_colours() {
    let mut hostile = operations();
    hostile.project = "\u{1b}]0;title\u{7}".to_owned();
    hostile.rows[0][0] = candor_report::Cell::Text("\u{1b}[2J\r\n\u{202e}evil".to_owned());
    hostile.notes.push("with os = \u{1b}[31m".to_owned());
    let screen = report(&hostile, 80, false);
    assert!(screen.chars().all(|char| char == '\n' || !(char.is_control() || char == '\u{202e}')), "{screen:?}");
    assert!(screen.contains("evil"), "{screen}");
}

#[test]
fn without_colour_there_is_no_escape_code_and_with_it_the_text_is_the_same() {
    for sample in [overview(), operations(), versions()] {
        let (plain, coloured) = (report(&sample, 100, false), report(&sample, 100, true));
        assert!(!plain.contains('\u{1b}'));
        let stripped = anstream::adapter::strip_str(&coloured).to_string();
        // Blanks within a style stay at the end of a line.
        assert_eq!(stripped.lines().map(str::trim_end).collect::<Vec<_>>(), plain.lines().collect::<Vec<_>>());
    }
}

#[test]
fn actives_by_a_field_have_a_line_a_value_of_days_alone_and_cohorts_by_a_field_are_a_table() {
    let actives = read(
        r#"{"report":"actives","project":"inventory","from":"2026-11-21","to":"2026-11-23","by":"os","rows":[
            {"period":"day","start":"2026-11-21","value":"linux","actives":8},
            {"period":"day","start":"2026-11-21","value":"macos","actives":1},
            {"period":"day","start":"2026-11-22","value":"linux","actives":4},
            {"period":"week","start":"2026-11-16","value":"linux","actives":10},
            {"period":"week","start":"2026-11-16","value":"macos","actives":1}
        ],"notes":[]}"#,
    );
    let screen = report(&actives, 80, false);
    for line in ["  linux  █▄\n", "  macos  █·\n"] {
        assert!(screen.contains(line), "{screen}");
    }
    let mut cohorts = retention();
    cohorts.by = Some("os".to_owned());
    for row in &mut cohorts.rows {
        row.insert(2, candor_report::Cell::Text("linux".to_owned()));
    }
    let screen = report(&cohorts, 100, false);
    assert!(screen.lines().any(|line| line.contains("2026-11-09") && line.contains("linux")), "{screen}");
}
