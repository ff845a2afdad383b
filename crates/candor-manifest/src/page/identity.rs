//! What the messages of one installation have in common, and where they come from.

use super::sheet::Sheet;
use crate::{DatabaseId, IdentityMode, Manifest};

/// The section about identity.
pub(super) fn write_identity(manifest: &Manifest, sheet: &mut Sheet) {
    let name = &manifest.application.name;
    sheet.heading(2, "Identity");
    match &manifest.identity.mode {
        IdentityMode::None => sheet.paragraph(
            "None. Messages carry no identifier, their times are cut to the day or the hour, and their order is shuffled, so that no \
             two of them can be told to come from the same computer.",
        ),
        IdentityMode::Rotating => {
            sheet.paragraph(
                "**Pseudonymous, for a month.** The messages of one month carry the same random-looking value, so they can be \
                 told to come from one computer; not from which one, or whose. The value is made from a secret that does not \
                 leave your computer. The next month has another value, and nobody can tell that the two belong together.",
            );
            sheet.paragraph(&format!(
                "The secret is kept in the file `~/.local/state/candor/{name}/secret`. Delete the file, or run `{name} telemetry \
                 reset`, to get a new one."
            ));
        }
        IdentityMode::Installation { reason, .. } => {
            sheet.paragraph(
                "**Pseudonymous.** Every message carries the same random number, so all of them can be told to come from one \
                 installation, for as long as the number is kept. It is made of nothing but chance: not of your name, your \
                 computer or its addresses.",
            );
            sheet.paragraph(&format!("**Why it is needed:** {reason}"));
            sheet.paragraph(&format!(
                "It is kept in the file `{}`. Delete the file, or run `{name} telemetry reset`, to get a new one. Put a \
                 directory of that name in its place, and it changes with every run.",
                manifest.identity.mode.shown_file().unwrap_or_default()
            ));
        }
    }
    let lower = match &manifest.identity.mode {
        IdentityMode::None => None,
        IdentityMode::Rotating => Some("`identity = \"none\"` for no identity at all"),
        IdentityMode::Installation { .. } => {
            Some("`identity = \"rotating\"` for one that changes every month, or `identity = \"none\"` for none at all")
        }
    };
    if let Some(lower) = lower {
        sheet.paragraph(&format!(
            "You may choose less, whatever {name} asks for: beside the `level` in `~/.config/candor/consent.toml`, write {lower}."
        ));
    }
    if let Some(database) = &manifest.identity.database {
        write_database(database, &manifest.identity.mode, sheet);
    }
}

fn write_database(database: &DatabaseId, mode: &IdentityMode, sheet: &mut Sheet) {
    let lasting = match mode {
        IdentityMode::Installation { .. } => "it stays the same for as long as the database's id does",
        IdentityMode::None | IdentityMode::Rotating => "it is another one every month",
    };
    sheet.heading(3, "The database");
    sheet.paragraph(&database.description);
    sheet.list(&[
        format!("**Why:** {}", database.why),
        format!(
            "**How:** the id itself does not leave your computer. What is sent is a salted hash of it, of 64 bits, such as \
             `5d41402abc4b2a76`; {lasting}. Messages with the same hash can be told to come from one database."
        ),
    ]);
}

/// The section about the network address.
pub(super) fn write_location(sheet: &mut Sheet) {
    sheet.heading(2, "Location");
    sheet.paragraph(
        "The collector sees the network address that a message comes from, as every server does. Where its operator has \
         set that up, it looks up the country, and perhaps the region, that the address belongs to, and stores that. The \
         address itself is thrown away: it is stored in no file and no log.",
    );
}
