//! A manifest as single statements that can be compared.

use crate::{Collect, DefaultConsent, Entry, Expires, Field, Identity, Level, Manifest, NonInteractive, Shape};

/// One thing that a manifest says.
pub(super) struct Statement {
    /// What it is about: `operation fetch, field resources`.
    pub(super) subject: String,
    /// What it says.
    pub(super) value: String,
    /// How much that collects, where values can be ordered; a change of what cannot be ordered collects more.
    rank: Option<u64>,
    pub(super) adding_collects_more: bool,
    pub(super) removing_collects_more: bool,
}

impl Statement {
    /// Something that is recorded: more of it is more.
    fn recorded(subject: String, value: String) -> Self {
        Self { subject, value, rank: None, adding_collects_more: true, removing_collects_more: false }
    }

    /// A property of something that is recorded; it comes and goes with it.
    fn ranked(subject: String, value: impl Into<String>, rank: u64) -> Self {
        let value = value.into();
        Self { subject, value, rank: Some(rank), adding_collects_more: false, removing_collects_more: false }
    }

    /// A switch of the user: less of it is more collection.
    fn switch(subject: String) -> Self {
        let value = "turns telemetry off".to_owned();
        Self { subject, value, rank: None, adding_collects_more: false, removing_collects_more: true }
    }

    /// Whether it collects more than what it said before.
    pub(super) fn collects_more_than(&self, before: &Self) -> bool {
        match (self.rank, before.rank) {
            (Some(now), Some(then)) => now > then,
            _ => true,
        }
    }
}

/// Everything that a manifest says about collection, each subject once.
pub(super) struct Statements(Vec<Statement>);

impl Statements {
    pub(super) fn of(manifest: &Manifest) -> Self {
        Self(statements(manifest))
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

fn statements(manifest: &Manifest) -> Vec<Statement> {
    let mut list = consent(manifest);
    let identity_rank = match &manifest.identity {
        Identity::None => 0,
        Identity::Rotating => 1,
        Identity::Installation { .. } => 2,
    };
    list.push(Statement::ranked("identity".to_owned(), manifest.identity.mode(), identity_rank));
    // Where it goes cannot be ordered: another place is news.
    list.push(Statement::recorded("endpoint".to_owned(), manifest.application.endpoint.clone()));
    list.push(Statement::recorded("operator".to_owned(), manifest.application.operator().to_owned()));
    for (kind, entry) in manifest.entries() {
        of_entry(&format!("{} {}", kind.as_str(), entry.name), entry, &mut list);
    }
    for operation in &manifest.operations {
        let subject = format!("operation {}", operation.entry.name);
        for class in &operation.errors {
            list.push(Statement::recorded(format!("{subject}, error class {class}"), "recorded".to_owned()));
        }
        for part in &operation.parts {
            let subject = format!("{subject}, part {}", part.name);
            list.push(Statement::recorded(subject.clone(), part.description.clone()).reworded_freely());
            of_fields(&subject, &part.fields, &mut list);
        }
    }
    for set in &manifest.components {
        let subject = format!("component {}, name", set.entry.name);
        of_shape(&subject, &set.names, &mut list);
    }
    list
}

impl Statement {
    /// Another wording of the same is no more collection.
    fn reworded_freely(self) -> Self {
        Self { rank: Some(0), ..self }
    }
}

fn consent(manifest: &Manifest) -> Vec<Statement> {
    let consent = &manifest.consent;
    let default = match consent.default {
        DefaultConsent::Off => 0,
        DefaultConsent::Ask => 1,
        DefaultConsent::On => 2,
    };
    let non_interactive = u64::from(consent.non_interactive == NonInteractive::Notice);
    let mut list = vec![
        Statement::ranked("consent by default".to_owned(), consent.default.as_str(), default),
        Statement::ranked("without a terminal".to_owned(), consent.non_interactive.as_str(), non_interactive),
    ];
    list.extend(consent.flags.iter().map(|flag| Statement::switch(format!("flag {flag}"))));
    list.extend(consent.variables.iter().map(|variable| Statement::switch(format!("variable {variable}"))));
    list
}

fn of_entry(subject: &str, entry: &Entry, list: &mut Vec<Statement>) {
    list.push(Statement::recorded(subject.to_owned(), entry.description.clone()).reworded_freely());
    list.push(Statement::ranked(format!("{subject}, why"), entry.why.clone(), 0));
    let level = match entry.level {
        Level::All => 0,
        Level::Stats => 1,
        Level::Errors => 2,
    };
    list.push(Statement::ranked(format!("{subject}, least level"), entry.level.as_str(), level));
    let (collect, rank) = match &entry.collect {
        Collect::Aggregate => ("aggregate", 0),
        Collect::Each { .. } => ("each", 1),
    };
    list.push(Statement::ranked(format!("{subject}, collected"), collect, rank));
    let sample = entry.sample.unwrap_or(1.0);
    // Shares are compared to a millionth.
    list.push(Statement::ranked(format!("{subject}, share of runs"), sample.to_string(), (sample * 1e6) as u64));
    list.push(of_expiry(subject, &entry.expires));
    of_fields(subject, &entry.fields, list);
}

fn of_expiry(subject: &str, expires: &Expires) -> Statement {
    let statement = Statement::recorded(format!("{subject}, recorded"), expires.to_string());
    let rank = match expires {
        Expires::Never { .. } => Some(u64::MAX),
        Expires::On(date) => date.to_string().replace('-', "").parse().ok(),
        // A release has no date: from one to a date or another release is for the reviewer to judge.
        Expires::Before(_) => None,
    };
    Statement { rank, adding_collects_more: false, ..statement }
}

fn of_fields(subject: &str, fields: &[Field], list: &mut Vec<Statement>) {
    for field in fields {
        let subject = format!("{subject}, field {}", field.name);
        list.push(Statement::recorded(subject.clone(), field.description.clone()).reworded_freely());
        of_shape(&subject, &field.shape, list);
    }
}

fn of_shape(subject: &str, shape: &Shape, list: &mut Vec<Statement>) {
    match shape {
        Shape::Enum(values) => {
            list.extend(
                values
                    .iter()
                    .map(|value| Statement::recorded(format!("{subject}, value {value}"), "recorded".to_owned())),
            );
        }
        Shape::Bucket(bounds) => {
            let bounds: Vec<String> = bounds.iter().map(u64::to_string).collect();
            list.push(Statement::recorded(format!("{subject}, bounds"), bounds.join(" ")).with_its_field());
        }
        Shape::Name(name) => {
            let text = format!(
                "{} of at most {} bytes, {} different",
                name.pattern.as_str(),
                name.max_length,
                name.max_distinct
            );
            list.push(Statement::recorded(format!("{subject}, names"), text).with_its_field());
        }
        Shape::Bool | Shape::Version | Shape::Duration | Shape::Count => {}
    }
    list.push(Statement::recorded(format!("{subject}, type"), shape.type_name().to_owned()).with_its_field());
}

impl Statement {
    /// It comes with a field that is told already; only its change is news.
    fn with_its_field(self) -> Self {
        Self { adding_collects_more: false, ..self }
    }
}
