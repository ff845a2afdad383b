//! The database of countries: reading it, describing it, and following the file when it changes.

use super::address::ClientAddress;
use super::country::{Country, Region, Whereabouts};
use maxminddb::{Reader, WithinOptions};
use serde::Deserialize;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The largest file that is read; city databases have 130 MB, those of countries 10.
const MOST_BYTES: u64 = 256 << 20;
/// The longest licence that is shown.
const MOST_LICENCE_BYTES: usize = 200;

/// A database of countries in memory: a MaxMind DB file whose records name a country by its code.
pub struct CountryDatabase {
    reader: Reader<Vec<u8>>,
    licence: Option<String>,
}

/// Why a file is no database of countries.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CountryDatabaseError {
    /// It could not be read.
    #[error("read {}: {source}", .file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is something else, or damaged.
    #[error("{} is no MaxMind DB file that can be read: {reason}", .file.display())]
    Format {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// What a record says, in the spelling of each provider: `country_code`, `country` as a code, or `country.iso_code`; and
/// `region_code`, or `iso_code` of the first and largest of the `subdivisions`.
#[derive(Deserialize)]
struct Place<'a> {
    country_code: Option<&'a str>,
    #[serde(borrow)]
    country: Option<Named<'a>>,
    region_code: Option<&'a str>,
    #[serde(borrow, default)]
    subdivisions: Vec<Subdivision<'a>>,
}

#[derive(Deserialize)]
struct Subdivision<'a> {
    iso_code: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Named<'a> {
    Code(&'a str),
    Record { iso_code: Option<&'a str> },
}

impl Place<'_> {
    fn named(self) -> Option<Country> {
        let nested = self.country.and_then(|named| match named {
            Named::Code(code) => Some(code),
            Named::Record { iso_code } => iso_code,
        });
        self.country_code.or(nested).and_then(Country::from_code)
    }

    fn region(&self) -> Option<Region> {
        let first = self.subdivisions.first().and_then(|subdivision| subdivision.iso_code);
        self.region_code.or(first).and_then(Region::from_code)
    }
}

impl CountryDatabase {
    /// Where the database is in a data directory, unless the configuration names a file.
    #[must_use]
    pub fn default_file(data: &Path) -> PathBuf {
        data.join("geo").join("country.mmdb")
    }

    /// The file beside a database that says under which licence it is: its first line.
    #[must_use]
    pub fn licence_file(database: &Path) -> PathBuf {
        let mut name = database.as_os_str().to_owned();
        name.push(".licence");
        name.into()
    }

    /// Reads a database, and what stands beside it about its licence.
    ///
    /// # Errors
    /// When the file cannot be read, or is no such database.
    pub fn open(file: &Path) -> Result<Self, CountryDatabaseError> {
        let io = |source| CountryDatabaseError::Io { file: file.to_owned(), source };
        let format = |reason: String| CountryDatabaseError::Format { file: file.to_owned(), reason };
        let kind = fs::metadata(file).map_err(io)?;
        if !kind.is_file() || kind.len() > MOST_BYTES {
            return Err(format(format!("it is no file of at most {} MiB", MOST_BYTES >> 20)));
        }
        let reader = Reader::from_source(fs::read(file).map_err(io)?).map_err(|error| format(error.to_string()))?;
        let licence = fs::read_to_string(Self::licence_file(file)).ok();
        let licence = licence.as_deref().and_then(|text| text.lines().next()).map(str::trim);
        let licence = licence.filter(|line| !line.is_empty() && line.len() <= MOST_LICENCE_BYTES).map(str::to_owned);
        Ok(Self { reader, licence })
    }

    /// Reads every network of the database, which takes a second or a few, and gives the number of those that name a country.
    ///
    /// # Errors
    /// What is damaged.
    pub fn networks(&self) -> Result<u64, String> {
        let damaged = |error: maxminddb::MaxMindDbError| error.to_string();
        let mut named = 0;
        for network in self.reader.networks(WithinOptions::default()).map_err(damaged)? {
            let place: Option<Place<'_>> = network.map_err(damaged)?.decode().map_err(damaged)?;
            named += u64::from(place.and_then(|place| place.named()).is_some());
        }
        Ok(named)
    }

    /// What its maker calls it, such as `GeoLite2-Country`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.reader.metadata().database_type
    }

    /// The day on which it was built, `2026-11-22`.
    #[must_use]
    pub fn built(&self) -> String {
        let seconds = i64::try_from(self.reader.metadata().build_epoch).unwrap_or(i64::MAX);
        match jiff::Timestamp::from_second(seconds) {
            Ok(built) => built.strftime("%Y-%m-%d").to_string(),
            Err(_) => "unknown".to_owned(),
        }
    }

    /// Its licence, as far as somebody wrote it beside the file.
    #[must_use]
    pub fn licence(&self) -> &str {
        self.licence.as_deref().unwrap_or("not stated")
    }

    fn whereabouts(&self, address: &ClientAddress) -> Option<Whereabouts> {
        // A database of IPv4 alone says no to the others; a damaged record is no reason to refuse an event.
        let place: Place<'_> = self.reader.lookup(address.ip()).ok()?.decode().ok()??;
        let region = place.region();
        Some(Whereabouts { country: place.named(), region })
    }
}

impl std::fmt::Debug for CountryDatabase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CountryDatabase").field("kind", &self.kind()).field("built", &self.built()).finish()
    }
}

/// How much of where clients are goes into the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Detail {
    /// The country.
    #[default]
    Country,
    /// The region in it too, where the database has it.
    Region,
}

/// A file's identity: what changes when it is replaced or written.
type Stamp = (u64, u64, i64, i64);

/// The database that is in use, if there is one, and the file that it follows.
#[derive(Debug)]
pub(crate) struct Countries {
    file: Option<PathBuf>,
    seen: Mutex<Option<Stamp>>,
    database: RwLock<Option<Arc<CountryDatabase>>>,
}

impl Countries {
    /// Follows this file, which need not exist; call [`Countries::follow`] to read it.
    pub(crate) fn of_file(file: PathBuf) -> Self {
        Self { file: Some(file), seen: Mutex::default(), database: RwLock::default() }
    }

    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self { file: None, seen: Mutex::default(), database: RwLock::default() }
    }

    /// Reads the file if it is another than when it was last looked at. What cannot be read leaves the database that there
    /// was in use; a file that is gone takes it away.
    pub(crate) fn follow(&self) {
        let Some(file) = &self.file else { return };
        let stamp = fs::metadata(file).ok().map(|file| (file.ino(), file.len(), file.mtime(), file.mtime_nsec()));
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == stamp {
            return;
        }
        *seen = stamp;
        let database = match stamp.map(|_| CountryDatabase::open(file)) {
            Some(Ok(database)) => {
                tracing::info!(
                    file = %file.display(), kind = database.kind(), built = database.built(), licence = database.licence(),
                    "countries are told by this database"
                );
                Some(Arc::new(database))
            }
            Some(Err(error)) => {
                tracing::warn!(%error, "the database of countries is left as it was");
                return;
            }
            None => {
                tracing::info!(file = %file.display(), "the database of countries is gone: countries are not told");
                None
            }
        };
        *self.database.write().unwrap_or_else(PoisonError::into_inner) = database;
    }

    /// Where an address is. The region is known only where it is asked for.
    pub(super) fn whereabouts(&self, address: &ClientAddress, detail: Detail) -> Whereabouts {
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner).clone();
        let known = database.and_then(|database| database.whereabouts(address)).unwrap_or_default();
        match detail {
            Detail::Region => known,
            Detail::Country => Whereabouts { region: None, ..known },
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;
    use candor_testkit::{Mmdb, country_code};

    fn country(countries: &Countries, address: &str) -> Option<String> {
        let known = countries.whereabouts(&ClientAddress::for_testing(address), Detail::Country);
        assert_eq!(known.region, None);
        known.country.map(|country| country.as_str().to_owned())
    }

    #[test]
    fn a_region_is_told_where_it_is_asked_for_by_every_providers_spelling() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("city.mmdb");
        let place = |name: &str, value| Mmdb::map(&[("country_code", Mmdb::text("DE")), (name, value)]);
        let subdivision = |code: &str| Mmdb::map(&[("iso_code", Mmdb::text(code)), ("geoname_id", Mmdb::text("1"))]);
        let networks = [
            ("198.51.100.0/24", place("region_code", Mmdb::text("BY"))),
            ("203.0.113.0/24", place("subdivisions", Mmdb::list(&[subdivision("BE"), subdivision("X")]))),
            ("192.0.2.0/24", place("city", Mmdb::text("Berlin"))),
        ];
        fs::write(&file, Mmdb::file(&networks)).unwrap();
        let countries = Countries::of_file(file);
        countries.follow();
        let region = |address: &str| {
            let known = countries.whereabouts(&ClientAddress::for_testing(address), Detail::Region);
            known.region.map(|region| region.in_country(known.country.unwrap()))
        };
        assert_eq!(region("198.51.100.9").as_deref(), Some("DE-BY"));
        assert_eq!(region("203.0.113.9").as_deref(), Some("DE-BE"));
        assert_eq!(region("192.0.2.9"), None);
        assert_eq!(country(&countries, "198.51.100.9").as_deref(), Some("DE"), "and not where it is not");
    }

    #[test]
    fn a_country_is_told_by_every_providers_spelling() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("country.mmdb");
        let nested = Mmdb::map(&[("country", Mmdb::map(&[("iso_code", Mmdb::text("FR")), ("names", Mmdb::map(&[]))]))]);
        let plain = Mmdb::map(&[("country", Mmdb::text("JP")), ("continent", Mmdb::text("AS"))]);
        let networks = [
            ("198.51.100.0/24", country_code("DE")),
            ("203.0.113.0/25", nested),
            ("2001:db8::/32", plain),
            ("192.0.2.0/24", country_code("None")),
        ];
        fs::write(&file, Mmdb::file(&networks)).unwrap();
        let countries = Countries::of_file(file);
        assert_eq!(country(&countries, "198.51.100.9"), None, "nothing was read yet");
        countries.follow();
        assert_eq!(country(&countries, "198.51.100.9").as_deref(), Some("DE"));
        assert_eq!(country(&countries, "203.0.113.9").as_deref(), Some("FR"));
        assert_eq!(country(&countries, "2001:db8::9").as_deref(), Some("JP"));
        for unknown in ["203.0.113.200", "192.0.2.1", "127.0.0.1", "2001:db9::1", "::1"] {
            assert_eq!(country(&countries, unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_file_is_followed_and_a_bad_one_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = CountryDatabase::default_file(folder.path());
        let countries = Countries::of_file(file.clone());
        countries.follow();
        fs::create_dir(folder.path().join("geo")).unwrap();
        // As `candor geo update` does it: another file takes the place of the old one.
        let replace = |bytes: &[u8]| {
            fs::write(folder.path().join("new"), bytes).unwrap();
            fs::rename(folder.path().join("new"), &file).unwrap();
            countries.follow();
        };
        replace(&Mmdb::file(&[("198.51.100.0/24", country_code("DE"))]));
        assert_eq!(country(&countries, "198.51.100.9").as_deref(), Some("DE"));
        replace(&Mmdb::file(&[("198.51.100.0/24", country_code("AT"))]));
        assert_eq!(country(&countries, "198.51.100.9").as_deref(), Some("AT"));
        replace(b"something else");
        assert_eq!(country(&countries, "198.51.100.9").as_deref(), Some("AT"));
        fs::remove_file(&file).unwrap();
        countries.follow();
        assert_eq!(country(&countries, "198.51.100.9"), None);
    }

    #[test]
    fn a_database_says_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("country.mmdb");
        fs::write(&file, Mmdb::file(&[("198.51.100.0/24", country_code("DE"))])).unwrap();
        let database = CountryDatabase::open(&file).unwrap();
        assert_eq!(database.networks(), Ok(1));
        assert_eq!((database.kind(), database.built().as_str()), ("candor-testkit", "2026-11-22"));
        assert_eq!(database.licence(), "not stated");
        fs::write(CountryDatabase::licence_file(&file), "PDDL-1.0\nmore\n").unwrap();
        assert_eq!(CountryDatabase::open(&file).unwrap().licence(), "PDDL-1.0");
        assert!(CountryDatabase::open(folder.path()).is_err());
    }
}
