//! The whole manifest.

use serde_json::{Value, json};

use crate::{
    Active, Application, ComponentSet, Consent, Count, Crash, Date, DefaultConsent, Entry, ErrorKind, Field, Identity,
    Inspect, Lifecycle, NonInteractive, Operation, Problems, RecordKind, Upload,
    document::{Node, Section, from_json, from_toml},
    dsn::origin,
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
    pub inspect: Option<Inspect>,
    /// Crash reports, where there are any.
    pub crash: Option<Crash>,
    /// That installations in use are counted, where they are.
    pub active: Option<Active>,
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
        let mut object = json!({
            "application": self.application.to_json(),
            "consent": self.consent.to_json(),
            "identity": self.identity.to_json(),
            "upload": self.upload.to_json(),
            "operation": self.operations.iter().map(Operation::to_json).collect::<Value>(),
            "count": self.counts.iter().map(Count::to_json).collect::<Value>(),
            "component": self.components.iter().map(ComponentSet::to_json).collect::<Value>(),
            "lifecycle": self.lifecycles.iter().map(Lifecycle::to_json).collect::<Value>(),
            "error": self.errors.iter().map(ErrorKind::to_json).collect::<Value>(),
        });
        if let Some(inspect) = &self.inspect {
            object["inspect"] = inspect.to_json();
        }
        if let Some(crash) = &self.crash {
            object["crash"] = crash.to_json();
        }
        if let Some(active) = &self.active {
            object["active"] = active.to_json();
        }
        object
    }

    /// Every record, whatever its kind, in the order of kinds and then of the file.
    pub fn entries(&self) -> impl Iterator<Item = (RecordKind, &Entry)> {
        let operations = self.operations.iter().map(|record| (RecordKind::Operation, &record.entry));
        let counts = self.counts.iter().map(|record| (RecordKind::Count, &record.entry));
        let components = self.components.iter().map(|record| (RecordKind::Component, &record.entry));
        let lifecycles = self.lifecycles.iter().map(|record| (RecordKind::Lifecycle, &record.entry));
        let errors = self.errors.iter().map(|record| (RecordKind::Error, &record.entry));
        let crash = self.crash.iter().map(|record| (RecordKind::Crash, &record.entry));
        let active = self.active.iter().map(|record| (RecordKind::Active, &record.entry));
        operations.chain(counts).chain(components).chain(lifecycles).chain(errors).chain(crash).chain(active)
    }

    /// Where crash reports and errors go, as `https://HOST`, without the key; `None` where there are none.
    #[must_use]
    pub fn crash_endpoint(&self) -> Option<String> {
        let reports = self.crash.is_some() || !self.errors.is_empty();
        self.application.sentry_dsn.as_deref().filter(|_| reports).map(origin)
    }

    /// Every field, of records and of parts.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field> {
        let parts = self.operations.iter().flat_map(|operation| &operation.parts).flat_map(|part| &part.fields);
        self.entries().flat_map(|(_, entry)| &entry.fields).chain(parts)
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
    let inspect = root.section("inspect").and_then(|section| Inspect::read(section, &consent.flags));
    let mut reading = Reading::new(today);
    let manifest = Manifest {
        crash: root.section("crash").map(|section| Crash::read(section, &reading)),
        active: root.section("active").map(|section| Active::read(section, &reading)),
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
    if manifest.application.sentry_dsn.is_none() {
        let needs_it = [("crash", manifest.crash.is_some()), ("error", !manifest.errors.is_empty())];
        for (section, _) in needs_it.iter().filter(|(_, needs_it)| *needs_it) {
            let fix = "add what `candor project create` printed to [application]: \
                       sentry_dsn = \"https://PUBLIC_KEY@HOST/PROJECT_ID\"";
            root.problem_with(section, "goes to `application.sentry_dsn`, and there is none", fix);
        }
    }
    root.close();
    manifest
}

fn read_section<T>(root: &mut Section<'_>, key: &'static str, read: fn(&mut Section<'_>) -> T) -> Option<T> {
    let mut section = root.section(key)?;
    let value = read(&mut section);
    section.close();
    Some(value)
}
