//! What lies on the disk, for a user to look at.

use std::io;

use crate::{
    consent::{self, Extent, NoFlags},
    declared::Declaration,
    identity::Identity,
    places::{self, ConsentFiles},
    spool::{Limits, Queue, Spool},
    variables,
};

/// Every record of a queue as it is, or would be, sent: an item a line. What was added up until now becomes items.
///
/// # Errors
/// When the spool cannot be read or written.
pub(crate) fn items(declaration: &Declaration, queue: Queue) -> io::Result<Vec<String>> {
    let lookup = &variables::process;
    let Some(directory) = places::state_directory(declaration.application, lookup) else { return Ok(Vec::new()) };
    let spool = Spool::new(directory, Limits::default()).counting(Some(Spool::close_presence));
    let identity = if queue.is_sent() && spool.has_waiting() {
        let files = || ConsentFiles::of(lookup);
        let chosen = consent::decide(declaration, &NoFlags, lookup, &files, Extent::Everything).identity;
        Identity::of(declaration, chosen, spool.directory(), lookup)
    } else {
        Identity::none()
    };
    let mut items = Vec::new();
    for segment in spool.claim(queue, &identity)? {
        items.extend(spool.read(&segment, queue)?.items);
    }
    Ok(items)
}
