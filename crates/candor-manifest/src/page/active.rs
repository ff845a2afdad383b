//! How people are counted.

use super::sheet::Sheet;
use crate::{Active, Level, Manifest};

/// The section about counting; nothing where nobody is counted.
pub(super) fn write_active(manifest: &Manifest, sheet: &mut Sheet) {
    let Some(Active { entry, sketch_bits, .. }) = &manifest.active else { return };
    let name = &manifest.application.name;
    sheet.heading(2, "Counting people without telling them apart");
    sheet.paragraph(&entry.description);
    let level = if entry.level == Level::All { "at level `all` only" } else { "at level `stats` and above" };
    sheet.list(&[
        format!("**Why:** {}", entry.why),
        format!("**Who looks at it:** {}", entry.owner),
        format!("**How:** one record a day, by itself, {level}"),
        format!("**Recorded** {}", entry.expires),
    ]);
    sheet.paragraph(&format!(
        "The first time that {name} records something on a day, it adds a record that says so. It says what is listed here, \
         the version, the operating system, the processor, whether it ran in CI, and the day; no identifier, whatever this \
         page says of identity, and it is sent in a request of its own. How many of these there are is how many people use \
         {name}: nothing has to tell one from another."
    ));
    let rows = [
        ["first_of_week", "whether it is the first record of this week", "`true`"],
        ["first_of_month", "whether it is the first record of this month", "`false`"],
        ["weeks", "how many weeks ago the first week was; 53 is more than a year", "`7`"],
    ];
    sheet.table(["what", "it says", "for example"], &rows.map(|row| row.map(str::to_owned)));
    sheet.paragraph(&format!(
        "The days that were counted are kept in `~/.local/state/candor/{name}/usage.active`, which does not leave your computer."
    ));
    sheet.paragraph(&format!(
        "A container or a CI runner forgets which days those were. There up to three records say, in the place of the above, \
         in which of {} boxes the machine falls, and how rare its place there is: for the day, the week and the month. That is \
         taken from a hash of the machine's own id (of a container, of what it runs on) with the name of this tool and the \
         period, of which nothing else is kept. Machines share a box, and every day has other boxes, so that nobody can be \
         followed from one day to the next.",
        1_u32 << sketch_bits
    ));
}
