//! How a user says no, or sees what is sent.

use std::fmt::{self, Write};

use crate::{DefaultConsent, Manifest, NonInteractive};

/// When anything is recorded or sent at all.
pub(super) fn default_consent(manifest: &Manifest) -> String {
    let interval = manifest.upload.interval_text();
    let silent = match manifest.consent.non_interactive {
        NonInteractive::Local => "Where there is no terminal to show a notice on, nothing is sent.",
        NonInteractive::Notice => "Where there is no terminal, the notice is written to standard error at every start.",
    };
    match manifest.consent.default {
        DefaultConsent::On => format!(
            "on unless you turn it off. Nothing is sent before a notice was shown, nor in the run that showed it; then at \
             most every {interval}. {silent}"
        ),
        DefaultConsent::Ask => format!(
            "you are asked, and nothing is recorded before you say yes; then it is sent at most every {interval}. {silent}"
        ),
        DefaultConsent::Off => format!("off unless you turn it on; then it is sent at most every {interval}."),
    }
}

/// The section about turning it off.
pub(super) fn write_switches(manifest: &Manifest, page: &mut String) -> fmt::Result {
    let consent = &manifest.consent;
    writeln!(page, "## Turning it off\n")?;
    writeln!(page, "Any one of these is enough. Off means that nothing is recorded at all.\n")?;
    for flag in &consent.flags {
        writeln!(page, "* the flag `{flag}`")?;
    }
    for variable in &consent.variables {
        writeln!(page, "* the environment variable `{variable}=1`")?;
    }
    writeln!(page, "* the environment variable `DO_NOT_TRACK=1`")?;
    writeln!(
        page,
        "* for a whole system: `/etc/candor/consent.toml` with `level = \"off\"` under `[all]`, or `[{}]` for this tool",
        manifest.application.name
    )?;
    writeln!(page, "* for yourself: the same in `~/.config/candor/consent.toml`\n")?;
    if let Some(variable) = &consent.level_variable {
        writeln!(
            page,
            "The environment variable `{variable}` chooses how much: `off`, `errors` (errors only), `stats` (usage too), \
             `all`, or `local` (recorded for you to read, never sent). It never turns on what something else turned off.\n"
        )?;
    }
    if let Some(flag) = &manifest.inspect.flag {
        let log = manifest.inspect.log.as_ref().map_or("standard error".to_owned(), |log| format!("`{log}`"));
        writeln!(page, "With the flag `{flag}` nothing is sent, and what would be sent is written to {log}.\n")?;
    }
    Ok(())
}
