//! The whole manifest.

use serde_json::{Value, json};

use crate::{
    Application, ComponentSet, Consent, Count, Date, DefaultConsent, Entry, ErrorKind, Identity, Inspect, Lifecycle,
    NonInteractive, Operation, Problems, RecordKind, Upload,
    document::{Node, Section, from_json, from_toml},
    problem::Findings,
    record::Reading,
};

/// What a tool may collect: a whole `telemetry.toml`, checked.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Manifest {
    /// Which tool it is, and where its telemetry goes.
    pub application: Application,
    /// What the user decides.
    pub consent: Consent,
    /// How messages may be linked.
    pub identity: Identity,
    /// When what was recorded is sent.
    pub upload: Upload,
    /// How a user sees what would be sent.
    pub inspect: Inspect,
    /// What the tool is asked to do.
    pub operations: Vec<Operation>,
    /// What is counted.
    pub counts: Vec<Count>,
    /// Sets of plugins or providers.
    pub components: Vec<ComponentSet>,
    /// What starts, runs and stops.
    pub lifecycles: Vec<Lifecycle>,
    /// Errors that are handled outside of any operation.
    pub errors: Vec<ErrorKind>,
}

impl Manifest {
    /// Reads and checks a `telemetry.toml`. Dates of expiry may be past: a release must build for ever.
    ///
    /// # Errors
    /// All that is wrong with it, in the order of its lines.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        Self::parse_as_of(text, None)
    }

    /// Reads and checks a `telemetry.toml` as a reviewer does `today`: what expired before is a problem too.
    ///
    /// # Errors
    /// All that is wrong with it, in the order of its lines.
    pub fn parse_on(text: &str, today: Date) -> Result<Self, Problems> {
        Self::parse_as_of(text, Some(today))
    }

    fn parse_as_of(text: &str, today: Option<Date>) -> Result<Self, Problems> {
        let findings = Findings::default();
        let document = from_toml(text, &findings);
        Self::from_document(document.as_ref(), today, findings, text)
    }

    /// Reads what [`Manifest::to_json`] wrote, with the same checks.
    ///
    /// # Errors
    /// All that is wrong with it; the problems have no lines.
    pub fn from_json(json: &Value) -> Result<Self, Problems> {
        let findings = Findings::default();
        let document = from_json(json, &findings);
        Self::from_document(document.as_ref(), None, findings, "")
    }

    /// The manifest as the JSON that the collector stores: the same keys as in TOML, but records, fields and parts are
    /// lists of objects with a `name`, so that their order is kept.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "application": self.application.to_json(),
            "consent": self.consent.to_json(),
            "identity": self.identity.to_json(),
            "upload": self.upload.to_json(),
            "inspect": self.inspect.to_json(),
            "operation": self.operations.iter().map(Operation::to_json).collect::<Value>(),
            "count": self.counts.iter().map(Count::to_json).collect::<Value>(),
            "component": self.components.iter().map(ComponentSet::to_json).collect::<Value>(),
            "lifecycle": self.lifecycles.iter().map(Lifecycle::to_json).collect::<Value>(),
            "error": self.errors.iter().map(ErrorKind::to_json).collect::<Value>(),
        })
    }

    /// Every record, whatever its kind, in the order of kinds and then of the file.
    pub fn entries(&self) -> impl Iterator<Item = (RecordKind, &Entry)> {
        let operations = self.operations.iter().map(|record| (RecordKind::Operation, &record.entry));
        let counts = self.counts.iter().map(|record| (RecordKind::Count, &record.entry));
        let components = self.components.iter().map(|record| (RecordKind::Component, &record.entry));
        let lifecycles = self.lifecycles.iter().map(|record| (RecordKind::Lifecycle, &record.entry));
        let errors = self.errors.iter().map(|record| (RecordKind::Error, &record.entry));
        operations.chain(counts).chain(components).chain(lifecycles).chain(errors)
    }

    /// The notice that is shown before anything is sent, at most six lines: the manifest's own, or one made of what it
    /// says.
    #[must_use]
    pub fn notice(&self) -> String {
        if let Some(notice) = &self.consent.notice {
            return notice.clone();
        }
        let Application { name, docs, .. } = &self.application;
        let mut switches = self.consent.flags.clone();
        switches.extend(self.consent.variables.iter().map(|variable| format!("{variable}=1")));
        format!(
            "{name} records how it is used, so that its authors see what to improve.\n\
             It sends that to {operator}. It cannot record arguments, paths, file contents or error texts.\n\
             See what it records and why: {docs}\n\
             Turn it off: {switches} or DO_NOT_TRACK=1.",
            operator = self.application.operator(),
            switches = switches.join(", "),
        )
    }

    fn from_document(
        document: Option<&Node>,
        today: Option<Date>,
        findings: Findings,
        text: &str,
    ) -> Result<Self, Problems> {
        // Where there is no document, the findings say why.
        let Some(document) = document else { return Err(findings.into_problems(text)) };
        let manifest = read(document, today, &findings);
        if findings.is_empty() { Ok(manifest) } else { Err(findings.into_problems(text)) }
    }
}

fn read(document: &Node, today: Option<Date>, findings: &Findings) -> Manifest {
    let mut root = Section::root(document, findings);
    root.require("application", "begin with [application], or start from `candor manifest new`");
    root.require("consent", "add [consent] with the default and the switches that turn it off");
    let application = read_section(&mut root, "application", Application::read).unwrap_or_default();
    let consent = read_section(&mut root, "consent", Consent::read).unwrap_or_else(|| Consent {
        default: DefaultConsent::Off,
        flags: Vec::new(),
        variables: Vec::new(),
        level_variable: None,
        notice: None,
        non_interactive: NonInteractive::Local,
    });
    let identity = read_section(&mut root, "identity", Identity::read).unwrap_or_default();
    let upload = read_section(&mut root, "upload", Upload::read).unwrap_or_default();
    let inspect = read_section(&mut root, "inspect", Inspect::read).unwrap_or_default();
    if let Some(flag) = inspect.flag.as_ref().filter(|flag| consent.flags.contains(flag)) {
        root.problem(format!("`inspect.flag` is {flag}, which opts out already"), "give each its own name");
    }
    let mut reading = Reading::new(today);
    let manifest = Manifest {
        application,
        consent,
        identity,
        upload,
        inspect,
        operations: reading.records(&mut root, "operation", Operation::read),
        counts: reading.records(&mut root, "count", Count::read),
        components: reading.records(&mut root, "component", ComponentSet::read),
        lifecycles: reading.records(&mut root, "lifecycle", Lifecycle::read),
        errors: reading.records(&mut root, "error", ErrorKind::read),
    };
    root.close();
    manifest
}

fn read_section<T>(root: &mut Section<'_>, key: &'static str, read: fn(&mut Section<'_>) -> T) -> Option<T> {
    let mut section = root.section(key)?;
    let value = read(&mut section);
    section.close();
    Some(value)
}
