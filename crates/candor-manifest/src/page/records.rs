//! What is stored, record by record.

use super::{
    sheet::Sheet,
    values::{described, example, listed},
};
use crate::{Collect, Entry, Field, Level, Manifest, Operation, RecordKind};

/// A kind of record for the reader: its title, and what every record of it says by itself.
struct Kind {
    kind: RecordKind,
    title: &'static str,
    says: &'static [[&'static str; 3]],
}

const DURATION: [&str; 3] = ["duration", "how long it took, rounded to 1 %", "`1.23 s`"];
const TIMES: [&str; 3] = ["count", "how often", "`3`"];

const KINDS: &[Kind] = &[
    Kind {
        kind: RecordKind::Operation,
        title: "Operations: what was done",
        says: &[["outcome", "how it ended: `ok`, `error` or `cancelled`", "`ok`"], DURATION, TIMES],
    },
    Kind { kind: RecordKind::Count, title: "Counts", says: &[TIMES] },
    Kind {
        kind: RecordKind::Component,
        title: "Components: what is installed",
        says: &[["name", "which one", "`postgres`"], ["version", "its version", "`1.4.0`"]],
    },
    Kind {
        kind: RecordKind::Lifecycle,
        title: "Lifecycles: what runs for long",
        says: &[
            ["event", "`started`, `heartbeat` (after an hour, then daily) or `stopped`", "`heartbeat`"],
            ["duration", "how long it was up, rounded to 1 %", "`3600 s`"],
        ],
    },
    Kind {
        kind: RecordKind::Error,
        title: "Errors: that they happened, never their text",
        says: &[["count", "how often", "`1`"]],
    },
];

/// The section of all records but crashes.
pub(super) fn write_records(manifest: &Manifest, sheet: &mut Sheet) {
    sheet.heading(2, "What is stored");
    for Kind { kind, title, says } in KINDS {
        let mut entries = manifest.entries().filter(|(of, _)| of == kind).peekable();
        if entries.peek().is_none() {
            continue;
        }
        sheet.heading(3, title);
        sheet.paragraph("Each says:");
        let rows: Vec<[String; 3]> = says.iter().map(|row| row.map(str::to_owned)).collect();
        sheet.table(["what", "it says", "for example"], &rows);
        for (_, entry) in entries {
            write_entry(manifest, *kind, entry, sheet);
        }
    }
}

fn write_entry(manifest: &Manifest, kind: RecordKind, entry: &Entry, sheet: &mut Sheet) {
    sheet.heading(4, &format!("`{}`", entry.name));
    sheet.paragraph(&entry.description);
    let mut facts = vec![
        format!("**Why:** {}", entry.why),
        format!("**Who looks at it:** {}", entry.owner),
        format!("**How:** {}", how(entry)),
        format!("**Recorded** {}", entry.expires),
    ];
    if kind == RecordKind::Component
        && let Some(set) = manifest.components.iter().find(|set| set.entry.name == entry.name)
    {
        facts.push(format!("**Names:** {}", described(&set.names)));
    }
    let operation = manifest
        .operations
        .iter()
        .find(|operation| kind == RecordKind::Operation && operation.entry.name == entry.name);
    if let Some(operation) = operation.filter(|operation| !operation.errors.is_empty()) {
        facts.push(format!("**Kinds of failure:** {}, or `other`", listed(&operation.errors)));
    }
    sheet.list(&facts);
    write_fields("With it:", &entry.fields, sheet);
    if let Some(operation) = operation {
        write_parts(operation, sheet);
    }
}

fn how(entry: &Entry) -> String {
    let level = match entry.level {
        Level::Errors => "at level `errors` and above",
        Level::Stats => "at level `stats` and above",
        Level::All => "at level `all` only",
    };
    let collect = match &entry.collect {
        Collect::Aggregate => "added up by day on your computer, and sent as sums".to_owned(),
        Collect::Each { reason } => format!("one by one ({reason})"),
    };
    let sample = entry.sample.filter(|share| *share < 1.0).map(|share| format!(", in {} % of runs", share * 100.0));
    format!("{collect}, {level}{}", sample.unwrap_or_default())
}

fn write_parts(operation: &Operation, sheet: &mut Sheet) {
    if operation.parts.is_empty() {
        return;
    }
    sheet.paragraph("Its parts, each with how it ended and how long it took:");
    let rows: Vec<[String; 2]> =
        operation.parts.iter().map(|part| [format!("`{}`", part.name), part.description.clone()]).collect();
    sheet.table(["part", "what"], &rows);
    for part in &operation.parts {
        write_fields(&format!("With the part `{}`:", part.name), &part.fields, sheet);
    }
}

fn write_fields(title: &str, fields: &[Field], sheet: &mut Sheet) {
    if fields.is_empty() {
        return;
    }
    sheet.paragraph(title);
    let row = |field: &Field| {
        let why = field.why.clone().unwrap_or_else(|| "as above".to_owned());
        let name = format!("`{}`", field.name);
        [name, field.description.clone(), described(&field.shape), example(&field.shape), why]
    };
    let rows: Vec<[String; 5]> = fields.iter().map(row).collect();
    sheet.table(["field", "what", "values", "for example", "why"], &rows);
}
