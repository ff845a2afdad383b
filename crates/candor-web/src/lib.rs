//! The Candor dashboard: answers in, HTML out.
//!
//! For the collector's pages: each function takes what was found out and returns a whole document. There is no request,
//! no query and no state here, and no script: the pages work under `default-src 'none'; style-src 'self'; form-action
//! 'self'`. They ask for one file, [`STYLESHEET`], at [`STYLESHEET_PATH`].
//!
//! ```
//! use candor_report::Period;
//! use candor_web::{ProjectPage, page};
//!
//! let html = page(&ProjectPage::new("inventory", Period::of_days(30), Vec::new()));
//! assert!(html.starts_with("<!DOCTYPE html>"));
//! ```

mod address;
mod chart;
mod cohorts;
mod layout;
mod login;
mod project;
mod projects;
mod table;
mod tiles;

pub use login::login;
pub use project::{ProjectPage, page};
pub use projects::{ProjectSummary, projects};

/// The style of every page, to be served as `text/css` at [`STYLESHEET_PATH`].
pub const STYLESHEET: &str = include_str!("../assets/candor.css");

/// Where the pages expect [`STYLESHEET`].
pub const STYLESHEET_PATH: &str = "/assets/candor.css";
