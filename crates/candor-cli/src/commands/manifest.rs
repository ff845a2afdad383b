use std::fs;
use std::path::{Path, PathBuf};

use candor_manifest::{Date, Difference, Format, Manifest as Declared, diff, document, template};
use clap::{Args, Subcommand};

use crate::failure::{Failure, While};
use crate::output;

/// Work with telemetry.toml: what a tool may record
#[derive(Debug, Subcommand)]
pub(crate) enum Manifest {
    New(New),
    Check(Check),
    Docs(Docs),
    Diff(Diff),
    Json(Json),
}

const NEW_EXAMPLES: &str = "\
Examples:
  candor manifest new > telemetry.toml";

/// Print a manifest to start from
#[derive(Debug, Args)]
#[command(after_help = NEW_EXAMPLES)]
pub(crate) struct New {}

const CHECK_EXAMPLES: &str = "\
Examples:
  candor manifest check
  candor manifest check path/to/telemetry.toml

Exit status: 0 where all is well, 1 where there are problems.";

/// Check a manifest, and print every problem with its place and what to do about it
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct Check {
    /// The manifest
    #[arg(default_value = "telemetry.toml")]
    file: PathBuf,
}

const DOCS_EXAMPLES: &str = "\
Examples:
  candor manifest docs > TELEMETRY.md
  candor manifest docs --check TELEMETRY.md     in CI: fails when the page is out of date
  candor manifest docs --mdx > docs/telemetry.mdx

Exit status: 0, or 1 where the page is out of date.";

/// Print the page for users: what is stored and why, how to see it, how to turn it off
#[derive(Debug, Args)]
#[command(after_help = DOCS_EXAMPLES)]
pub(crate) struct Docs {
    /// The manifest
    #[arg(default_value = "telemetry.toml")]
    file: PathBuf,
    /// Write MDX for a documentation site: front matter and admonitions
    #[arg(long)]
    mdx: bool,
    /// Compare with this page in place of printing it, and tell the first line that differs
    #[arg(long, value_name = "PAGE")]
    check: Option<PathBuf>,
}

const DIFF_EXAMPLES: &str = "\
Examples:
  git show main:telemetry.toml > old.toml && candor manifest diff old.toml telemetry.toml";

/// Print what a change of the manifest newly collects, for its reviewer
#[derive(Debug, Args)]
#[command(after_help = DIFF_EXAMPLES)]
pub(crate) struct Diff {
    /// The manifest before the change
    old: PathBuf,
    /// The manifest after it
    new: PathBuf,
}

const JSON_EXAMPLES: &str = "\
Examples:
  candor manifest json telemetry.toml > manifest.json";

/// Print a manifest as the JSON that the collector enforces
#[derive(Debug, Args)]
#[command(after_help = JSON_EXAMPLES)]
pub(crate) struct Json {
    /// The manifest
    #[arg(default_value = "telemetry.toml")]
    file: PathBuf,
}

impl Manifest {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::New(_) => output::print(template()),
            Self::Check(command) => command.run(),
            Self::Docs(command) => command.run(),
            Self::Diff(command) => {
                let (old, new) = (read(&command.old)?, read(&command.new)?);
                output::print(&diff(&old, &new).to_string())
            }
            Self::Json(command) => output::print(&read(&command.file)?.to_json().to_string()),
        }
    }
}

impl Check {
    fn run(self) -> Result<(), Failure> {
        let text = read_text(&self.file)?;
        match Declared::parse_on(&text, today()?) {
            Ok(manifest) => {
                let records = manifest.entries().count();
                output::print(&format!("{}: ok, {records} records are declared", self.file.display()))
            }
            Err(problems) => {
                let count = problems.as_slice().len();
                let noun = if count == 1 { "problem" } else { "problems" };
                let rendered = problems.render(&self.file.display().to_string());
                Err(Failure::new(format!("{count} {noun} in {}\n{rendered}", self.file.display())))
            }
        }
    }
}

impl Docs {
    fn run(self) -> Result<(), Failure> {
        let (format, flag) = if self.mdx { (Format::Mdx, " --mdx") } else { (Format::Markdown, "") };
        let page = document(&read(&self.file)?, format);
        let Some(kept) = self.check else { return output::print(&page) };
        let (file, kept_name) = (self.file.display(), kept.display());
        let Some(Difference { line, found, wanted, .. }) = Difference::first(&read_text(&kept)?, &page) else {
            return output::print(&format!("{kept_name} says what {file} declares"));
        };
        let shown = |line: Option<String>| line.unwrap_or_else(|| "the end of the page".to_owned());
        Err(Failure::new(format!(
            "{kept_name} is out of date\n{kept_name}:{line}: {}\n  should be: {}\n  fix: candor manifest docs{flag} {file} > {kept_name}",
            shown(found),
            shown(wanted),
        )))
    }
}

/// A manifest from a file: TOML, or the JSON of `candor manifest json` where the name ends in `.json`.
pub(crate) fn read(file: &Path) -> Result<Declared, Failure> {
    let text = read_text(file)?;
    let name = file.display().to_string();
    let parsed = if file.extension().is_some_and(|extension| extension == "json") {
        let json = serde_json::from_str(&text).or_failed_to(|| format!("read {name}"))?;
        Declared::from_json(&json)
    } else {
        Declared::parse(&text)
    };
    parsed.map_err(|problems| Failure::new(format!("{name} is no manifest\n{}", problems.render(&name))))
}

fn read_text(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).or_failed_to(|| format!("read {}", file.display()))
}

fn today() -> Result<Date, Failure> {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    Date::parse(&today).ok_or_else(|| Failure::new(format!("the system's clock says {today}, which is no date")))
}
