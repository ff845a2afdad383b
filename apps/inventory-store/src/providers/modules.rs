//! Loaded kernel modules.

use procfs::{FromRead, KernelModules, ProcError};

use super::Provider;
use crate::{
    machine::{CollectError, Machine},
    schema::{Column, Kind::*, Rows, Table, column},
};

const MODULES: Table = Table { name: "modules", kind: "module", about: "a loaded kernel module", columns: &COLUMNS };
const COLUMNS: [Column; 5] = [
    column("name", Text, "its name"),
    column("memory_bytes", Integer, "memory that it takes"),
    column("references", Integer, "how often it is in use; -1 while it is unloaded"),
    column("used_by", Text, "modules that need it, separated by commas"),
    column("state", Text, "Live, Loading or Unloading"),
];

/// `/proc/modules`.
pub(super) struct Modules;

impl Provider for Modules {
    fn name(&self) -> &'static str {
        "modules"
    }

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn about(&self) -> &'static str {
        "loaded kernel modules"
    }

    fn tables(&self) -> &'static [&'static Table] {
        &[&MODULES]
    }

    fn collect(&self, machine: &Machine) -> Result<Vec<Rows>, CollectError> {
        let path = machine.path("/proc/modules");
        let modules = match KernelModules::from_file(&path) {
            Ok(KernelModules(modules)) => modules,
            // A kernel that was built without modules has no such file, but it has a version.
            Err(ProcError::NotFound(_)) if machine.path("/proc/version").exists() => {
                return Ok(vec![Rows::of(&MODULES)]);
            }
            Err(error) => return Err(CollectError::from_proc(&path, error)),
        };
        let mut modules: Vec<_> = modules.into_values().collect();
        modules.sort_by(|left, right| left.name.cmp(&right.name));
        let mut rows = Rows::of(&MODULES);
        for module in modules {
            rows.push([
                module.name.into(),
                module.size.into(),
                module.refcount.into(),
                module.used_by.join(",").into(),
                module.state.into(),
            ]);
        }
        Ok(vec![rows])
    }
}
