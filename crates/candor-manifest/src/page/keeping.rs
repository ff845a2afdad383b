//! How long it is kept, who keeps it, and how to have it erased.

use super::sheet::Sheet;
use crate::{IdentityMode, Manifest};

/// The sections about time, operator and erasure.
pub(super) fn write_keeping(manifest: &Manifest, sheet: &mut Sheet) {
    let application = &manifest.application;
    let (name, operator, contact) = (&application.name, application.operator(), &application.contact);
    sheet.heading(2, "How long it is kept");
    sheet.list(&[
        "On your computer: what was not sent within 30 days is never sent, and at most 1 MiB waits. What was sent is kept \
         for 30 days, at most 1 MiB, so that you can read it."
            .to_owned(),
        format!("`{name} telemetry clear` removes all of that at once."),
        "At the collector: single records for 90 days, and sums by day, which carry no identifier, for 25 months; where its \
         operator has set other times, ask for them."
            .to_owned(),
    ]);
    sheet.heading(2, "Who keeps it, and having it erased");
    let erasure = match &manifest.identity.mode {
        IdentityMode::None => {
            "Nothing in a record says whose it is. So nobody can find yours among them, to show or to erase them; they end \
             with the times above."
                .to_owned()
        }
        IdentityMode::Rotating => format!(
            "To have your records erased, write there and name the value in them: `{name} telemetry log` shows what was sent. \
             Records of earlier months have values of their own, which are in the same log as long as it goes back."
        ),
        mode @ IdentityMode::Installation { .. } => format!(
            "To have your records erased, write there and name the number in `{}`, by which they are found. Do that \
             before you delete the file.",
            mode.shown_file().unwrap_or_default()
        ),
    };
    sheet.paragraph(&format!(
        "{operator} operates the collector and decides what is done with the records. Contact: {contact}. {erasure}"
    ));
}
