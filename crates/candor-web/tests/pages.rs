//! Whole pages of a sample project.

use candor_report::{Cell, Filter, Period, Report};
use candor_web::{ProjectPage, ProjectSummary, STYLESHEET, STYLESHEET_PATH, login, page, projects};

#[path = "../examples/dashboard/sample.rs"]
mod sample;

/// The document with a line break after each element, so that a change of one is a change of one line.
fn lines(html: &str) -> String {
    html.replace("><", ">\n<")
}

fn sample_page() -> ProjectPage {
    ProjectPage::new("inventory", Period::of_days(30), sample::reports())
}

#[test]
fn the_page_of_a_project() {
    insta::assert_snapshot!(lines(&page(&sample_page())));
}

#[test]
fn the_page_of_a_project_that_has_reported_nothing() {
    let reports = ProjectPage::REPORTS.map(|name| {
        let json = format!(
            r#"{{"report":"{name}","project":"new","from":"2026-11-16","to":"2026-11-23","rows":[],"notes":["Nothing was reported in these days."]}}"#
        );
        Report::from_json(&json).expect("a report")
    });
    insta::assert_snapshot!(lines(&page(&ProjectPage::new("new", Period::of_days(7), reports.to_vec()))));
}

#[test]
fn the_list_of_projects() {
    let list = [ProjectSummary::new("inventory").with_runs(12_345), ProjectSummary::new("a/b <c>")];
    insta::assert_snapshot!(lines(&projects(&list)));
    assert!(projects(&[]).contains("candor project create"));
}

#[test]
fn the_page_to_sign_in() {
    insta::assert_snapshot!(lines(&login(Some("This token is not known."))));
    assert!(!login(None).contains("role=\"alert\""));
}

#[test]
fn nothing_that_was_reported_becomes_markup() {
    let hostile = "</td><script>alert(1)</script>\"'&";
    let mut reports = sample::reports();
    for report in &mut reports {
        report.notes.push(hostile.to_owned());
        for cell in report.rows.iter_mut().flatten() {
            if let Cell::Text(text) = cell {
                *text = hostile.to_owned();
            }
        }
    }
    let filters = vec![Filter::parse("version", hostile).expect("a filter")];
    let html = page(&ProjectPage::new(hostile, Period::of_days(30), reports).with_filters(filters));
    assert!(!html.contains("<script"), "{html}");
    assert!(!html.contains("alert(1)</script>"), "{html}");
    assert!(html.contains("&lt;script&gt;"));
}

#[test]
fn pages_need_no_script_no_inline_style_and_no_file_but_the_stylesheet() {
    let pages = [page(&sample_page()), projects(&[ProjectSummary::new("p")]), login(Some("no"))];
    for html in pages {
        for absent in ["<script", " style=", "<style", "javascript:", "onclick", "http:", "https:", "src=", "@import"] {
            assert!(!html.contains(absent), "{absent} in {html}");
        }
        assert_eq!(html.matches("<link").count(), 1);
        assert!(html.contains(STYLESHEET_PATH));
    }
    assert!(!STYLESHEET.contains("url(") && !STYLESHEET.contains("@import"));
}

#[test]
fn every_class_of_a_page_has_a_style() {
    let html = page(&sample_page()) + &projects(&[ProjectSummary::new("p").with_runs(1)]) + &login(Some("no"));
    for list in html.split(" class=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        for class in list.split(' ').filter(|class| *class != "plain") {
            assert!(STYLESHEET.contains(&format!(".{class}")), "{class}");
        }
    }
}

#[test]
fn a_filter_can_be_taken_back_and_stays_when_another_period_is_chosen() {
    let filters =
        [("version", "1.4.0"), ("ci", "no")].map(|(name, value)| Filter::parse(name, value).expect("a filter"));
    let html = page(&sample_page().with_filters(filters.to_vec()));
    assert!(html.contains("href=\"/projects/inventory?since=7d&amp;version=1.4.0&amp;ci=no\""), "another period");
    assert!(
        html.contains("href=\"/projects/inventory?since=30d&amp;ci=no\" title=\"Remove this filter\""),
        "without the version"
    );
    assert!(html.contains("href=\"/projects/inventory?since=30d&amp;version=1.4.0&amp;ci=yes\""), "the other choice");
    assert_eq!(html.matches("aria-current=\"true\"").count(), 2);
}
