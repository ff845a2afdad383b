//! Whether anything may be sent, as of now.

use std::path::Path;

use crate::{
    consent::{self, Extent, Knowledge, NoFlags},
    declared::{Declaration, IdentityMode},
    places::ConsentFiles,
    spool::Agreement,
    variables,
};

/// The consent that holds now, if it allows sending and the user could have known: the notice was shown in an earlier
/// run, or the user stored a choice. With the lower identity mode that the user chose. Asked again before every upload.
pub(crate) fn current(declaration: &Declaration, state_directory: &Path) -> Option<(Agreement, Option<IdentityMode>)> {
    let lookup = &variables::process;
    let decision = consent::decide(declaration, &NoFlags, lookup, &|| ConsentFiles::of(lookup), Extent::UntilOff);
    let is_informed = Knowledge::of(declaration, state_directory).allows_sending(decision.is_stated);
    let agreement = Agreement { level: decision.level, since: decision.since };
    (decision.level.sends() && is_informed).then_some((agreement, decision.identity))
}
