//! The same files for other engines, and what these make of them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// What an engine said.
#[derive(Debug)]
pub struct Measured {
    /// Its name and its version.
    pub name: String,
    /// The events that it counted, which must be those that Candor counted.
    pub total: u64,
    /// The median milliseconds of each report.
    pub ms: BTreeMap<String, f64>,
}

/// The data files that a table's newest version names, each with its bytes.
///
/// # Panics
/// When it is no table.
pub async fn files(data: &Path, table: &str) -> Vec<(PathBuf, u64)> {
    let dir = data.join("tables").join(table);
    if !dir.exists() {
        return Vec::new();
    }
    let url = deltalake::ensure_table_uri(dir.to_string_lossy()).expect("an address");
    let table = deltalake::open_table(url).await.expect("a table");
    let uris = table.get_file_uris().expect("its files");
    let path = |uri: String| PathBuf::from(uri.strip_prefix("file://").unwrap_or(&uri));
    uris.map(path).map(|path| (path.clone(), fs::metadata(path).expect("a data file").len())).collect()
}

/// Links the files of `facts` into a directory of their own: beside them lie older ones, which no version names any more.
///
/// # Panics
/// When they cannot be linked.
pub fn link(files: &[(PathBuf, u64)], into: &Path) {
    let _ = fs::remove_dir_all(into);
    for (file, _) in files {
        let day = file.parent().and_then(Path::file_name).expect("a day's directory");
        let place = into.join(day);
        fs::create_dir_all(&place).expect("a directory");
        fs::hard_link(file, place.join(file.file_name().expect("a name"))).expect("a link");
    }
}

/// Asks DuckDB and ClickHouse's engine.
///
/// # Panics
/// When Python or one of them is missing.
#[must_use]
pub fn ask(python: &str, facts: &Path, question: [&str; 3], runs: usize) -> Vec<Measured> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("engines/ask.py");
    let output = Command::new(python).arg(script).arg(facts).args(question).arg(runs.to_string()).output();
    let output = output.expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let engines: BTreeMap<String, Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let measured = |(name, said): (String, Value)| Measured {
        name: format!("{name} {}", said["version"].as_str().expect("a version")),
        total: said["total"].as_u64().expect("a number"),
        ms: serde_json::from_value(said["ms"].clone()).expect("medians"),
    };
    engines.into_iter().map(measured).collect()
}
