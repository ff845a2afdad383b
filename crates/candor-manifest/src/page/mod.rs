//! The page for users: what is stored and why, how to see it, and how to say no.

mod active;
mod always;
mod crash;
mod difference;
mod identity;
mod keeping;
mod never;
mod records;
mod sheet;
mod switches;
mod values;

pub use difference::Difference;
pub use sheet::Format;

use self::sheet::Sheet;
use crate::{IdentityMode, Manifest};

/// The page that tells users what is collected, ending in a line break.
#[must_use]
pub fn document(manifest: &Manifest, format: Format) -> String {
    let application = &manifest.application;
    let (name, operator) = (&application.name, application.operator());
    let about = format!("What {name} records about its use, why, how to see it and how to turn it off.");
    let mut sheet = Sheet::new(format, &format!("What {name} records about its use"), &about);
    sheet.paragraph(&format!(
        "This page is made from the file `telemetry.toml` in the source of {name}. The code that records is made from the \
         same file, so {name} can record what is listed here and nothing else."
    ));
    let identity = match manifest.identity.mode {
        IdentityMode::None => "none: nothing links two messages",
        IdentityMode::Rotating => "pseudonymous, with a random-looking value that changes every month",
        IdentityMode::Installation { .. } => "pseudonymous, with a random number for each installation",
    };
    let endpoint = &application.endpoint;
    let reports = manifest.crash_endpoint().filter(|reports| !endpoint.starts_with(reports.as_str()));
    let reports = reports.map(|reports| format!("; crashes and errors at `{reports}`")).unwrap_or_default();
    sheet.note(
        "In short",
        &[
            format!("**Who receives it:** {operator}, at `{endpoint}`{reports}."),
            format!("**Whom to ask:** {}", application.contact),
            format!("**When:** {}", switches::default_consent(manifest)),
            format!("**Identity:** {identity}."),
            format!("**Turn it off:** `{name} telemetry off`, or any other way that is listed below."),
        ],
    );
    switches::write_seeing(manifest, &mut sheet);
    switches::write_switches(manifest, &mut sheet);
    never::write_never(manifest, &mut sheet);
    identity::write_identity(manifest, &mut sheet);
    identity::write_location(&mut sheet);
    records::write_records(manifest, &mut sheet);
    active::write_active(manifest, &mut sheet);
    crash::write_crash(manifest, &mut sheet);
    always::write_always(manifest, &mut sheet);
    keeping::write_keeping(manifest, &mut sheet);
    sheet.finish()
}
