//! When anything is recorded, how a user says no, and how to see what is sent.

use super::sheet::Sheet;
use crate::{DefaultConsent, Manifest, NonInteractive};

/// When anything is recorded or sent at all.
pub(super) fn default_consent(manifest: &Manifest) -> String {
    let interval = manifest.upload.interval_text();
    let silent = match manifest.consent.non_interactive {
        NonInteractive::Local => {
            "Where there is no terminal to show one on, nothing is sent until it was shown on one."
        }
        NonInteractive::Notice => "Where there is no terminal, the notice is written to standard error at every start.",
    };
    match manifest.consent.default {
        DefaultConsent::On => format!(
            "on unless you turn it off. Nothing is sent before a notice was shown, nor in the run that showed it; then at \
             most every {interval}. {silent}"
        ),
        DefaultConsent::Ask => format!(
            "you are asked, and nothing is recorded before you say yes; then it is sent at most every {interval}. Where there \
             is no terminal, nobody is asked, and nothing is recorded until you have said yes on one."
        ),
        DefaultConsent::Off => format!("off unless you turn it on; then it is sent at most every {interval}."),
    }
}

/// The section about seeing it.
pub(super) fn write_seeing(manifest: &Manifest, sheet: &mut Sheet) {
    let name = &manifest.application.name;
    let mut ways = vec![
        format!("`{name} telemetry status` says what is on, who decided that, and what was asked."),
        format!("`{name} telemetry preview` shows what waits to be sent, and `{name} telemetry log` what was sent."),
    ];
    if let Some(inspect) = &manifest.inspect
        && let Some(flag) = &inspect.flag
    {
        let place = if inspect.log.starts_with('/') { "" } else { " in the directory where you started it" };
        ways.push(format!(
            "With the flag `{flag}` nothing is sent, and what would be sent is appended to `{}`{place}, byte for byte.",
            inspect.log
        ));
    }
    let variable = manifest.consent.level_variable.as_ref();
    let variable = variable.map(|variable| format!(" or `{variable}=local`")).unwrap_or_default();
    ways.push(format!(
        "At the level `local` (`{name} telemetry local`{variable}) everything is recorded on your computer for you to \
         read, and nothing is sent."
    ));
    sheet.heading(2, "Seeing it");
    sheet.list(&ways);
}

/// The section about turning it off.
pub(super) fn write_switches(manifest: &Manifest, sheet: &mut Sheet) {
    let consent = &manifest.consent;
    let name = &manifest.application.name;
    sheet.heading(2, "Turning it off");
    sheet.paragraph("Any one of these is enough. Off means that nothing is recorded, and no file is made.");
    let mut ways: Vec<String> = consent.flags.iter().map(|flag| format!("the flag `{flag}`, for one run")).collect();
    let variables = consent.variables.iter().map(String::as_str).chain(["DO_NOT_TRACK"]);
    ways.extend(variables.map(|variable| format!("the environment variable `{variable}=1`")));
    ways.push(format!("`{name} telemetry off`, for good"));
    ways.push("`candor off --all`, for all tools that record as this one does".to_owned());
    ways.push(format!(
        "by hand: `level = \"off\"` under `[{name}]`, or `[all]` for all such tools, in `~/.config/candor/consent.toml`"
    ));
    ways.push("for everybody on a computer: the same in `/etc/candor/consent.toml`".to_owned());
    sheet.list(&ways);
    if let Some(variable) = &consent.level_variable {
        sheet.paragraph(&format!(
            "The environment variable `{variable}` chooses how much: `off`, `errors` (errors and crashes only), `stats` \
             (usage too), `all`, or `local`. It never turns on what something else turned off."
        ));
    }
}
