use std::fmt::Write as _;

use candor_report::{BREAKDOWN_COLUMN, Dimension, ReportName};

/// `docs/reports.md` between its markers, as the code says it.
fn generated() -> String {
    let mut text = String::new();
    for report in ReportName::ALL {
        let _ = write!(
            text,
            "\n## {report}\n\n{}.\n\n| key | unit | what it says |\n|---|---|---|\n",
            report.description()
        );
        for column in report.columns() {
            let _ = writeln!(
                text,
                "| `{}` | {} | {} |",
                column.name,
                column.unit.describe(),
                column.description.replace('|', "\\|")
            );
        }
    }
    let breakable: Vec<_> =
        ReportName::ALL.into_iter().filter(|name| name.has_breakdown()).map(|name| format!("`{name}`")).collect();
    let _ = write!(
        text,
        "\n## Breakdowns\n\n{} can be broken down by any filter below but `component`, and by any declared attribute. Each \
         row then has one more key behind the first ones:\n\n| key | unit | what it says |\n|---|---|---|\n| `{}` | {} | {} |\n",
        breakable.join(", "),
        BREAKDOWN_COLUMN.name,
        BREAKDOWN_COLUMN.unit.describe(),
        BREAKDOWN_COLUMN.description,
    );
    text.push_str("\n## Filters\n\n| filter | what it keeps |\n|---|---|\n");
    for dimension in Dimension::ALL {
        let _ = writeln!(text, "| `{dimension}` | {}. |", dimension.description());
    }
    text
}

const BEGIN: &str = "<!-- generated from crates/candor-report -->\n";
const END: &str = "\n<!-- end -->";

#[test]
fn the_page_about_reports_is_what_the_code_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reports.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let (before, rest) = page.split_once(BEGIN).expect("the first marker");
    let (_, after) = rest.split_once(END).expect("the second marker");
    let expected = format!("{before}{BEGIN}{}{END}{after}", generated());
    if std::env::var_os("CANDOR_WRITE_DOCS").is_some() {
        std::fs::write(path, expected).expect("the page can be written");
        return;
    }
    assert!(
        page == expected,
        "docs/reports.md is out of date; CANDOR_WRITE_DOCS=1 cargo test -p candor-report writes it"
    );
}

#[test]
fn keys_of_a_report_are_different_and_descriptions_are_sentences() {
    for report in ReportName::ALL {
        let columns = report.columns();
        for (index, column) in columns.iter().enumerate() {
            assert!(columns[..index].iter().all(|other| other.name != column.name), "{report}: {}", column.name);
            assert!(column.description.ends_with('.'), "{report}: {}", column.name);
        }
    }
}
