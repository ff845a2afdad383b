//! What is recorded, record by record.

use std::fmt::{self, Write};

use crate::{Collect, Entry, Field, Level, Manifest, NameShape, Operation, RecordKind, Shape};

/// The section of all records.
pub(super) fn write_records(manifest: &Manifest, page: &mut String) -> fmt::Result {
    writeln!(page, "## What is recorded\n")?;
    for (kind, title) in [
        (
            RecordKind::Operation,
            "Operations: what was done, how it ended (`ok`, `error`, `cancelled`) and how long it took",
        ),
        (RecordKind::Count, "Counts"),
        (RecordKind::Component, "Components: what is installed, with versions"),
        (RecordKind::Lifecycle, "Lifecycles: started, still up after an hour and then daily, stopped"),
        (RecordKind::Error, "Errors: that they happened, never their text"),
    ] {
        let mut entries = manifest.entries().filter(|(of, _)| *of == kind).peekable();
        if entries.peek().is_some() {
            writeln!(page, "### {title}\n")?;
        }
        for (_, entry) in entries {
            write_entry(manifest, kind, entry, page)?;
        }
    }
    Ok(())
}

fn write_entry(manifest: &Manifest, kind: RecordKind, entry: &Entry, page: &mut String) -> fmt::Result {
    writeln!(page, "#### `{}`\n", entry.name)?;
    writeln!(page, "{}\n", entry.description)?;
    writeln!(page, "* **Why:** {}", entry.why)?;
    writeln!(page, "* **Who looks at it:** {}", entry.owner)?;
    writeln!(page, "* **How:** {}", how(entry))?;
    writeln!(page, "* **Recorded** {}", entry.expires)?;
    if kind == RecordKind::Component
        && let Some(set) = manifest.components.iter().find(|set| set.entry.name == entry.name)
    {
        writeln!(page, "* **Names:** {}; and a version number each", shape(&set.names))?;
    }
    let operation = manifest
        .operations
        .iter()
        .find(|operation| kind == RecordKind::Operation && operation.entry.name == entry.name);
    if let Some(operation) = operation.filter(|operation| !operation.errors.is_empty()) {
        writeln!(page, "* **Kinds of error:** {}, or `other`", listed(&operation.errors))?;
    }
    writeln!(page)?;
    write_fields("With it", &entry.fields, page)?;
    operation.map_or(Ok(()), |operation| write_parts(operation, page))
}

fn how(entry: &Entry) -> String {
    let level = match entry.level {
        Level::Errors => "at level `errors` and above",
        Level::Stats => "at level `stats` and above",
        Level::All => "at level `all` only",
    };
    let collect = match &entry.collect {
        Collect::Aggregate => "counted".to_owned(),
        Collect::Each { reason } => format!("one by one ({reason})"),
    };
    let sample = entry.sample.map(|share| format!(", in {} % of runs", share * 100.0)).unwrap_or_default();
    format!("{collect}, {level}{sample}")
}

fn write_parts(operation: &Operation, page: &mut String) -> fmt::Result {
    if operation.parts.is_empty() {
        return Ok(());
    }
    writeln!(page, "Its parts, each with how it ended and how long it took:\n")?;
    writeln!(page, "| part | what |\n|---|---|")?;
    for part in &operation.parts {
        writeln!(page, "| `{}` | {} |", part.name, cell(&part.description))?;
    }
    writeln!(page)?;
    for part in &operation.parts {
        write_fields(&format!("With the part `{}`", part.name), &part.fields, page)?;
    }
    Ok(())
}

fn write_fields(title: &str, fields: &[Field], page: &mut String) -> fmt::Result {
    if fields.is_empty() {
        return Ok(());
    }
    writeln!(page, "{title}:\n")?;
    writeln!(page, "| field | what | values |\n|---|---|---|")?;
    for field in fields {
        let why = field.why.as_ref().map(|why| format!(" Why: {why}")).unwrap_or_default();
        let what = cell(&format!("{}{why}", field.description));
        writeln!(page, "| `{}` | {what} | {} |", field.name, shape(&field.shape))?;
    }
    writeln!(page)
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "yes or no".to_owned(),
        Shape::Enum(values) => listed(values),
        Shape::Version => "a version number".to_owned(),
        Shape::Bucket(bounds) => format!("in steps: {}", steps(bounds)),
        Shape::Duration => "a duration, rounded to 1 %".to_owned(),
        Shape::Count => "a number".to_owned(),
        Shape::Name(NameShape { pattern, max_length, max_distinct }) => format!(
            "a name of at most {max_length} characters of `{}`; at most {max_distinct} different, the rest is `other`",
            pattern.as_str()
        ),
    }
}

fn listed(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    values.join(", ")
}

/// `0-9, 10-99, 100+`.
fn steps(bounds: &[u64]) -> String {
    let step = |(i, lower): (usize, &u64)| match bounds.get(i + 1) {
        Some(next) if *next == lower + 1 => lower.to_string(),
        Some(next) => format!("{lower}-{}", next - 1),
        None => format!("{lower}+"),
    };
    bounds.iter().enumerate().map(step).collect::<Vec<_>>().join(", ")
}

/// Text in a cell of a table, which ends at a line break or a bar.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
