//! A mistake on purpose, for tests and demonstrations of what a crash leaves behind.

use super::Provider;
use crate::{
    machine::{CollectError, Machine},
    schema::{Rows, Table},
};

/// It takes for granted what it should check, and panics with a line of the machine's own in its message. It is asked only
/// where somebody names it.
pub(super) struct Defective;

impl Provider for Defective {
    fn name(&self) -> &'static str {
        "defective"
    }

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn about(&self) -> &'static str {
        "nothing: it panics"
    }

    fn tables(&self) -> &'static [&'static Table] {
        &[]
    }

    fn collect(&self, machine: &Machine) -> Result<Vec<Rows>, CollectError> {
        let users = machine.read("/etc/passwd")?;
        panic!("no number of users: {:?}", users.lines().next())
    }
}
