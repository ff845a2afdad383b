//! One build of the query engine: `cargo test -p CRATE` and `cargo test --workspace` must ask the same features of every
//! crate below it, or each builds its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::workspace;

/// Crates that differ between the two builds, but below nothing that takes long to build.
const CHEAP: &[&str] = &["libsqlite3-sys", "sqlx", "sqlx-core", "sqlx-sqlite"];

/// The crates that stand on the query engine.
const SELECTIONS: &[&str] = &["candor-store", "candor-report", "candor-web", "candor-server", "candor-cli"];

/// Fails with the list of features that workspace-hack should pin and does not.
pub(crate) fn check() -> Result<(), String> {
    let together = features_of(&["--workspace", "--edges", "normal,dev,no-proc-macro"])?;
    let mut differing = Vec::new();
    for selection in SELECTIONS {
        let alone = features_of(&["--package", selection, "--edges", "normal,no-proc-macro"])?;
        let below = features_of(&["--package", "workspace-hack", "--edges", "normal,no-proc-macro"])?;
        for (package, sets) in alone {
            let is_below = below.contains_key(&package) && !CHEAP.contains(&name_of(&package));
            if is_below && !together[&package].is_superset(&sets) {
                let together = &together[&package];
                differing.push(format!("  {package}\n    {selection} alone {sets:?}\n    together {together:?}"));
            }
        }
    }
    if differing.is_empty() {
        Ok(())
    } else {
        Err(format!("pin these features in crates/workspace-hack/Cargo.toml:\n{}", differing.join("\n")))
    }
}

fn name_of(package: &str) -> &str {
    package.split(' ').next().unwrap_or_default()
}

/// For each package, the sets of features that it is built with.
fn features_of(selection: &[&str]) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let mut command = workspace::cargo(&["tree", "--prefix", "none", "--format", "{p}|{f}", "--target", "host-tuple"]);
    command.args(selection);
    let mut features: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in workspace::output_of(command)?.lines() {
        if let Some((package, set)) = line.trim_end_matches(" (*)").split_once('|') {
            features.entry(package.to_owned()).or_default().insert(set.to_owned());
        }
    }
    Ok(features)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_query_engine_is_built_once() {
        if let Err(message) = super::check() {
            panic!("{message}");
        }
    }
}
