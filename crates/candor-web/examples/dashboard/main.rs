//! Writes the pages of a sample project into a directory, to be looked at in a browser:
//! `cargo run -p candor-web --example dashboard -- DIR`.

use std::{env, fs, io, path::PathBuf};

use candor_report::Period;
use candor_web::{ProjectPage, ProjectSummary, STYLESHEET, STYLESHEET_PATH, login, page, projects};

mod sample;

fn main() -> io::Result<()> {
    let directory = PathBuf::from(env::args_os().nth(1).unwrap_or_else(|| ".".into()));
    fs::create_dir_all(&directory)?;
    let project = ProjectPage::new("inventory", Period::of_days(30), sample::reports());
    let list = [ProjectSummary::new("inventory").with_runs(12_345), ProjectSummary::new("inventory-core")];
    let pages = [
        ("project.html", page(&project)),
        ("projects.html", projects(&list)),
        ("login.html", login(Some("This token is not known."))),
    ];
    for (name, html) in pages {
        // From a file, the stylesheet is beside the page.
        fs::write(directory.join(name), html.replace(STYLESHEET_PATH, "candor.css"))?;
    }
    fs::write(directory.join("candor.css"), STYLESHEET)
}
