//! What a crash report says.

use super::sheet::Sheet;
use crate::{Crash, Manifest, Messages};

/// The section about crash reports; nothing where there are none.
pub(super) fn write_crash(manifest: &Manifest, sheet: &mut Sheet) {
    let Some(crash) = &manifest.crash else { return };
    let Crash { entry, messages } = crash;
    sheet.heading(2, "Crash reports");
    sheet.paragraph(&entry.description);
    let mut facts = vec![
        format!("**Why:** {}", entry.why),
        format!("**Who looks at it:** {}", entry.owner),
        format!("**How:** one report a crash, at level `{}` and above", entry.level.as_str()),
        format!("**Recorded** {}", entry.expires),
    ];
    facts.extend(manifest.crash_endpoint().map(|endpoint| format!("**Where it goes:** `{endpoint}`")));
    sheet.list(&facts);
    let message = match messages {
        Messages::None => None,
        Messages::Static => Some((
            "only where it is part of the program; never one that was put together while it ran",
            "`no provider is selected`",
        )),
        Messages::Scrubbed => Some((
            "also where it was put together while the program ran. Paths, addresses, names of users, keys and whatever \
             else looks personal are replaced before it is stored on your computer",
            "`cannot open /home/<user>/…`",
        )),
    };
    let mut rows = vec![
        ["type".to_owned(), "what kind of crash it was".to_owned(), "`panic`".to_owned()],
        [
            "stack".to_owned(),
            "which functions of the program were running, with the source lines of the program".to_owned(),
            "`inventory::fetch::run`".replace("inventory", &manifest.application.name.replace('-', "_")),
        ],
        [
            "operation".to_owned(),
            "which of the operations above was under way".to_owned(),
            manifest.operations.first().map(|first| format!("`{}`", first.entry.name)).unwrap_or_default(),
        ],
    ];
    if let Some((what, example)) = message {
        rows.insert(1, ["message".to_owned(), what.to_owned(), example.to_owned()]);
    }
    sheet.table(["in it", "what", "for example"], &rows);
    let no_message = if *messages == Messages::None { " There is no message in it." } else { "" };
    sheet.paragraph(&format!(
        "Never the contents of memory, the values of variables, arguments, environment variables or files.{no_message} \
         `{} telemetry preview` shows a report before it is sent.",
        manifest.application.name
    ));
}
