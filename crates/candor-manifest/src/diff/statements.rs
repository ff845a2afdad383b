//! A manifest as single statements that can be compared.

use super::statement::Statement;
use crate::{
    Active, Collect, Crash, DefaultConsent, Entry, Expires, IdentityMode, Level, Manifest, Messages, NonInteractive,
    diff::values::{of_fields, of_shape},
};

/// Everything that a manifest says about collection, each subject once.
pub(super) struct Statements(Vec<Statement>);

impl Statements {
    pub(super) fn of(manifest: &Manifest) -> Self {
        let mut list = Vec::new();
        of_consent(manifest, &mut list);
        of_identity(manifest, &mut list);
        of_places(manifest, &mut list);
        for (kind, entry) in manifest.entries() {
            let (kind, name) = (kind.as_str(), entry.name.as_str());
            match name {
                Crash::NAME | Active::NAME if kind == name => of_entry(kind, kind, entry, &mut list),
                _ => of_entry(&format!("{kind} {name}"), &format!("{kind}.{name}"), entry, &mut list),
            }
        }
        of_operations(manifest, &mut list);
        for set in &manifest.components {
            let name = &set.entry.name;
            of_shape(&format!("component {name}, name"), &format!("component.{name}.name"), &set.names, &mut list);
        }
        if let Some(active) = &manifest.active {
            let bits = active.sketch_bits;
            let (subject, line) = ("active, bits of a sketch".to_owned(), format!("active.sketch_bits={bits}"));
            list.push(Statement::ranked(subject, bits.to_string(), Some(bits.into()), vec![line]));
        }
        if let Some(crash) = &manifest.crash {
            let reached = match crash.messages {
                Messages::None => 0,
                Messages::Static => 1,
                Messages::Scrubbed => 2,
            };
            let (path, value) = ("crash.messages", crash.messages.as_str());
            list.push(Statement::step("crash, messages".to_owned(), value, path, &["=static", "=scrubbed"], reached));
        }
        Self(list)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Statement> {
        self.0.iter()
    }

    pub(super) fn find(&self, subject: &str) -> Option<&Statement> {
        self.0.iter().find(|statement| statement.subject == subject)
    }

    /// Whether the subject belongs to one that is here and not in `other`: `count hit, why` to `count hit`.
    pub(super) fn brings_along(&self, subject: &str, other: &Self) -> bool {
        let whole = subject.rsplit_once(", ").map(|(whole, _)| whole);
        whole.is_some_and(|whole| self.find(whole).is_some() && other.find(whole).is_none())
    }
}

fn of_consent(manifest: &Manifest, list: &mut Vec<Statement>) {
    let consent = &manifest.consent;
    let reached = match consent.default {
        DefaultConsent::Off => 0,
        DefaultConsent::Ask => 1,
        DefaultConsent::On => 2,
    };
    let (value, rungs) = (consent.default.as_str(), &["=ask", "=on"]);
    list.push(Statement::step("consent by default".to_owned(), value, "consent", rungs, reached));
    let reached = usize::from(consent.non_interactive == NonInteractive::Notice);
    let (value, path) = (consent.non_interactive.as_str(), "consent.non_interactive");
    list.push(Statement::step("without a terminal".to_owned(), value, path, &["=notice"], reached));
    let off = "turns telemetry off";
    list.extend(consent.flags.iter().map(|flag| Statement::switch(format!("flag {flag}"), off)));
    list.extend(consent.variables.iter().map(|variable| Statement::switch(format!("variable {variable}"), off)));
    let level = consent.level_variable.iter();
    list.extend(level.map(|variable| Statement::switch(format!("variable {variable}"), "chooses a level")));
    if let Some(flag) = manifest.inspect.as_ref().and_then(|inspect| inspect.flag.as_ref()) {
        list.push(Statement::words(format!("flag {flag}"), "sends nothing and shows what would be sent"));
    }
}

fn of_identity(manifest: &Manifest, list: &mut Vec<Statement>) {
    let identity = &manifest.identity;
    let reached = match identity.mode {
        IdentityMode::None => 0,
        IdentityMode::Rotating => 1,
        IdentityMode::Installation { .. } => 2,
    };
    let rungs = &[".rotating", ".installation"];
    list.push(Statement::step("identity".to_owned(), identity.mode.as_str(), "identity", rungs, reached));
    if let Some(database) = &identity.database {
        let (subject, line) = ("identity, database", "identity.database");
        list.push(Statement::presence(subject.to_owned(), &database.description, line.to_owned()));
        list.push(Statement::words(format!("{subject}, why"), &database.why));
    }
}

/// Where it goes cannot be ordered: another place is news.
fn of_places(manifest: &Manifest, list: &mut Vec<Statement>) {
    let application = &manifest.application;
    list.push(Statement::place("endpoint", &application.endpoint));
    list.push(Statement::place("operator", application.operator()));
    list.extend(manifest.crash_endpoint().map(|endpoint| Statement::place("sentry", &endpoint)));
}

fn of_entry(subject: &str, path: &str, entry: &Entry, list: &mut Vec<Statement>) {
    list.push(Statement::presence(subject.to_owned(), &entry.description, path.to_owned()));
    list.push(Statement::words(format!("{subject}, why"), &entry.why));
    let reached = match entry.level {
        Level::All => 0,
        Level::Stats => 1,
        Level::Errors => 2,
    };
    let (value, level) = (entry.level.as_str(), format!("{path}.level"));
    list.push(Statement::step(format!("{subject}, least level"), value, &level, &["=stats", "=errors"], reached));
    if ![Crash::NAME, Active::NAME].contains(&path) {
        of_collect(subject, path, entry, list);
    }
    list.push(of_expiry(subject, path, &entry.expires));
    of_fields(subject, path, &entry.fields, list);
}

fn of_collect(subject: &str, path: &str, entry: &Entry, list: &mut Vec<Statement>) {
    let collected = format!("{subject}, collected");
    match (&entry.collect, entry.sample_per_million()) {
        (Collect::Aggregate, _) => list.push(Statement::ranked(collected, "aggregate".to_owned(), Some(0), Vec::new())),
        (Collect::Each { .. }, share) => {
            let value = entry.sample.unwrap_or(1.0).to_string();
            let line = if share == 1_000_000 { format!("{path}.each") } else { format!("{path}.each={value}") };
            list.push(Statement::ranked(collected, "each".to_owned(), Some(1), vec![line]));
            list.push(Statement::ranked(format!("{subject}, share of runs"), value, Some(share.into()), Vec::new()));
        }
    }
}

fn of_expiry(subject: &str, path: &str, expires: &Expires) -> Statement {
    let (rank, line) = match expires {
        Expires::Never { .. } => (Some(u64::MAX), "never".to_owned()),
        Expires::On(date) => (date.to_string().replace('-', "").parse().ok(), date.to_string()),
        // A release has no date: from one to a date or another release is for the reviewer to judge.
        Expires::Before(release) => (None, release.to_string()),
    };
    let line = format!("{path}.until={line}");
    Statement::ranked(format!("{subject}, recorded"), expires.to_string(), rank, vec![line])
}

fn of_operations(manifest: &Manifest, list: &mut Vec<Statement>) {
    for operation in &manifest.operations {
        let (subject, path) =
            (format!("operation {}", operation.entry.name), format!("operation.{}", operation.entry.name));
        for class in &operation.errors {
            let line = format!("{path}.error.{class}");
            list.push(Statement::presence(format!("{subject}, error class {class}"), "recorded", line));
        }
        for part in &operation.parts {
            let (subject, path) = (format!("{subject}, part {}", part.name), format!("{path}.part.{}", part.name));
            list.push(Statement::presence(subject.clone(), &part.description, path.clone()));
            of_fields(&subject, &path, &part.fields, list);
        }
    }
}
