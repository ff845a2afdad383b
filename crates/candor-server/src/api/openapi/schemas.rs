//! The shapes of answers.

use candor_report::{BREAKDOWN_COLUMN, Dimension, ReportName, Unit};
use serde_json::{Map, Value, json};

/// What several operations share.
pub(super) fn shared() -> Value {
    json!({
        "Pipeline": {
            "type": "object",
            "required": ["project", "accepted", "duplicates", "dropped", "dropped_parts", "rejected", "rows", "notes"],
            "properties": {
                "project": { "type": "string" },
                "accepted": count(),
                "duplicates": count(),
                "dropped": count(),
                "dropped_parts": count(),
                "rejected": count(),
                "notes": texts(),
                "rows": { "type": "array", "items": {
                    "type": "object",
                    "required": ["day", "outcome", "reason", "count"],
                    "properties": {
                        "day": { "type": "string", "format": "date" },
                        "outcome": { "enum": ["accepted", "duplicate", "dropped", "rejected"] },
                        "reason": { "type": "string" },
                        "count": count(),
                    },
                } },
            },
        },
        "Maintained": {
            "type": "object",
            "required": ["files_removed", "bytes_removed", "files_written", "bytes_written", "rows_removed"],
            "properties": {
                "files_removed": count(),
                "bytes_removed": count(),
                "files_written": count(),
                "bytes_written": count(),
                "rows_removed": count(),
            },
        },
        "SqlQuestion": {
            "type": "object",
            "required": ["sql"],
            "additionalProperties": false,
            "properties": { "sql": { "type": "string", "examples": ["SELECT name, sum(count) AS n FROM facts GROUP BY name"] } },
        },
        "SqlAnswer": {
            "type": "object",
            "required": ["columns", "rows", "truncated"],
            "properties": {
                "columns": { "type": "array", "items": {
                    "type": "object",
                    "required": ["name", "type"],
                    "properties": { "name": { "type": "string" }, "type": { "type": "string" } },
                } },
                "rows": { "type": "array", "items": { "type": "object" } },
                "truncated": { "type": "boolean" },
            },
        },
    })
}

/// A report with its rows.
pub(super) fn report(name: ReportName) -> Value {
    let mut properties = Map::new();
    let breakdown = name.has_breakdown().then_some(&BREAKDOWN_COLUMN);
    for column in breakdown.into_iter().chain(name.columns()) {
        let mut schema = unit(column.unit);
        schema["description"] = column.description.into();
        properties.insert(column.name.into(), schema);
    }
    let required: Vec<&str> = name.columns().iter().map(|column| column.name).collect();
    let row = json!({ "type": "object", "required": required, "properties": properties });
    let rows = json!({ "type": "array", "items": row });
    json!({
        "type": "object",
        "required": ["report", "project", "from", "to", "rows", "notes"],
        "properties": {
            "report": { "const": name.as_str() },
            "project": { "type": "string" },
            "from": { "type": "string", "format": "date" },
            "to": { "type": "string", "format": "date" },
            "notes": texts(),
            "by": { "type": "string" },
            "rows": rows,
            "totals": row,
            "previous": {
                "type": "object",
                "required": ["from", "to", "rows"],
                "properties": {
                    "from": { "type": "string", "format": "date" },
                    "to": { "type": "string", "format": "date" },
                    "rows": rows,
                    "totals": row,
                },
            },
        },
    })
}

/// What a filter takes.
pub(super) fn filter(dimension: Dimension) -> Value {
    match dimension.values() {
        Some(values) => json!({ "enum": values }),
        None => json!({ "type": "string" }),
    }
}

/// A cell may have no value.
fn unit(unit: Unit) -> Value {
    match unit {
        Unit::Count | Unit::DurationMicros => json!({ "type": ["integer", "null"], "minimum": 0 }),
        Unit::Ratio => json!({ "type": ["number", "null"], "minimum": 0 }),
        Unit::Share => json!({ "type": ["number", "null"], "minimum": 0, "maximum": 1 }),
        Unit::Flag => json!({ "type": ["boolean", "null"] }),
        Unit::Date => json!({ "type": ["string", "null"], "format": "date" }),
        Unit::Time => {
            json!({ "type": ["string", "null"], "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$" })
        }
        _ => json!({ "type": ["string", "null"] }),
    }
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn texts() -> Value {
    json!({ "type": "array", "items": { "type": "string" } })
}
