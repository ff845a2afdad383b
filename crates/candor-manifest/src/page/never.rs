//! What is never stored.

use super::sheet::Sheet;
use crate::{IdentityMode, Manifest, Messages, Shape};

/// The section of promises. Each is kept by what a manifest can declare; where this one declares something that comes
/// near, the promise says so.
pub(super) fn write_never(manifest: &Manifest, sheet: &mut Sheet) {
    let names_flags = has_field(manifest, |shape| *shape == Shape::Flag);
    let names_commands = has_field(manifest, |shape| *shape == Shape::Command);
    let arguments = match (names_commands, names_flags) {
        (false, false) => "Command-line arguments and options, and environment variables.",
        (true, false) => {
            "Command-line arguments and options, and environment variables. Of a command line, the name of the command is \
             stored where it is listed below: from the program, not as it was typed."
        }
        (_, true) => {
            "Command-line arguments, values of options, and environment variables. Of a command line, the names of \
             commands and flags are stored where they are listed below: from the program, not as they were typed."
        }
    };
    let scrubbed = manifest.crash.as_ref().is_some_and(|crash| crash.messages == Messages::Scrubbed);
    let texts = if scrubbed {
        "Names, paths or contents of files; logs; the text of errors, but for messages of crashes: see Crash reports."
    } else {
        "Names, paths or contents of files; logs; the text of errors."
    };
    let mut promises = vec![
        arguments,
        texts,
        "Credentials, user names, host names, e-mail addresses, account numbers.",
        "Network and hardware addresses, or anything made from them but the country and the region: see Location.",
    ];
    if manifest.identity.mode == IdentityMode::None {
        promises.push(match manifest.active {
            None => "Anything by which two messages could be told to come from the same computer.",
            Some(_) => {
                "Anything by which two messages could be told to come from the same computer. Containers and CI runners say \
                 in which of a few boxes they fall, which others share: see Counting people."
            }
        });
    }
    sheet.heading(2, "What is never stored");
    sheet.list(&promises);
    let names = has_field(manifest, is_name) || manifest.components.iter().any(|set| is_name(&set.names));
    let bounds = " Names that only exist at run time are held to the characters and lengths that are stated below.";
    sheet.paragraph(&format!("There is no field for free text.{}", if names { bounds } else { "" }));
}

fn is_name(shape: &Shape) -> bool {
    matches!(shape, Shape::Name(_))
}

fn has_field(manifest: &Manifest, is_meant: impl Fn(&Shape) -> bool) -> bool {
    manifest.fields().any(|field| is_meant(&field.shape))
}
