//! The page for users: what is recorded, why, and how to say no.

mod records;
mod switches;

use std::fmt::{self, Write};

use crate::{Identity, Manifest, Shape, record::LOST_RECORDS};

/// The page that tells users what is collected, in Markdown, ending in a line break.
#[must_use]
pub fn document(manifest: &Manifest) -> String {
    let mut page = String::new();
    // Writing to a String does not fail.
    let _ = write_page(manifest, &mut page);
    page
}

fn write_page(manifest: &Manifest, page: &mut String) -> fmt::Result {
    let application = &manifest.application;
    let (name, operator, contact) = (&application.name, application.operator(), &application.contact);
    writeln!(page, "# What {name} records about its use\n")?;
    writeln!(
        page,
        "This page is made from the file `telemetry.toml` in the source of {name}. The code that records is made from the \
         same file, so {name} can record what is listed here and nothing else.\n"
    )?;
    writeln!(page, "* **Who receives it:** {operator}, at `{}`.", application.endpoint)?;
    writeln!(page, "* **Whom to ask:** {contact}")?;
    writeln!(page, "* **When:** {}\n", switches::default_consent(manifest))?;
    switches::write_switches(manifest, page)?;
    write_never(manifest, page)?;
    write_identity(manifest, page)?;
    records::write_records(manifest, page)?;
    write_always(manifest, page)?;
    Ok(())
}

fn write_never(manifest: &Manifest, page: &mut String) -> fmt::Result {
    writeln!(page, "## What is never recorded\n")?;
    writeln!(page, "* Command-line arguments, options and environment variables.")?;
    writeln!(page, "* Names, paths or contents of files; logs; the text of errors.")?;
    writeln!(page, "* Credentials, user names, host names, e-mail addresses, account numbers.")?;
    writeln!(
        page,
        "* Network and hardware addresses, or anything made from them. The collector sees the network address \
        that a message comes from, as every server does, and does not store it."
    )?;
    if manifest.identity == Identity::None {
        writeln!(page, "* Anything by which two messages could be told to come from the same computer.")?;
    }
    writeln!(page, "\nThere is no field for free text.")?;
    if has_names(manifest) {
        writeln!(
            page,
            "Names that only exist at run time are held to the characters and lengths that are stated below."
        )?;
    }
    writeln!(page)
}

/// Whether any value is a name that is not in the manifest.
fn has_names(manifest: &Manifest) -> bool {
    let is_name = |shape: &Shape| matches!(shape, Shape::Name(_));
    let parts = manifest.operations.iter().flat_map(|operation| &operation.parts).flat_map(|part| &part.fields);
    manifest.entries().flat_map(|(_, entry)| &entry.fields).chain(parts).any(|field| is_name(&field.shape))
        || manifest.components.iter().any(|set| is_name(&set.names))
}

fn write_identity(manifest: &Manifest, page: &mut String) -> fmt::Result {
    writeln!(page, "## Identity\n")?;
    match &manifest.identity {
        Identity::None => writeln!(
            page,
            "None. Messages carry no identifier, their times are cut to the hour, and their order is shuffled.\n"
        ),
        Identity::Rotating => writeln!(
            page,
            "Pseudonymous, for a month: messages of one month carry the same random-looking value, made from a secret that \
             does not leave your computer. The next month has another one, and nobody can tell that they belong together.\n"
        ),
        Identity::Installation { file, reason } => writeln!(
            page,
            "Pseudonymous: messages carry a random number that is kept in the file `{file}`. It is made of nothing but \
             chance. Delete the file to get a new one; put a directory of that name in its place to have none.\n\n\
             Why it is needed: {reason}\n"
        ),
    }
}

fn write_always(manifest: &Manifest, page: &mut String) -> fmt::Result {
    let time = if manifest.identity == Identity::None { "the hour, in UTC" } else { "the time, in UTC" };
    writeln!(page, "## What comes with every record\n")?;
    writeln!(page, "| | |\n|---|---|")?;
    for (what, meaning) in [
        ("time", time),
        ("version, commit, built", "which release this is, and the day it was built"),
        ("channel", "how it was installed, such as `cargo` or `apt`"),
        ("os, os_version, arch", "such as `linux`, `12` and `x86_64`"),
        (
            "ci, container, agent",
            "whether it ran in a CI service, a container or a coding agent, and which of the known ones",
        ),
        ("country", "found by the collector from the network address, where it is configured to"),
    ] {
        writeln!(page, "| {what} | {meaning} |")?;
    }
    writeln!(
        page,
        "\nWhere more was recorded than could be kept until it was sent, the count `{LOST_RECORDS}` says how much was lost."
    )
}
