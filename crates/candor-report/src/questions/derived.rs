//! The derived tables as they follow from `facts`: for whoever wants the rows themselves, or filters by what the tables
//! do not have. docs/storage.md describes them.

use super::tables::Tables;

/// `installation_days` as a table in SQL: a row for each fact of an installation.
pub(super) fn installation_days(facts: &str) -> String {
    format!(
        "(SELECT *, CASE WHEN kind = 'operation' THEN count ELSE 0 END AS runs
        FROM {facts} WHERE installation IS NOT NULL) AS installation_days"
    )
}

/// `actives` as a table in SQL: of each record a row of flags, and one for each period whose cell it says.
pub(super) fn actives(facts: &str, tables: &Tables) -> String {
    // As in the table, what does not fit is as if it had not been said.
    let integer = |name: &str, data_type: &str| match tables.facts_have(name) {
        true => format!("TRY_CAST({name} AS {data_type})"),
        false => format!("CAST(NULL AS {data_type})"),
    };
    let truth = |name: &'static str| if tables.facts_have(name) { name } else { "CAST(NULL AS BOOLEAN)" };
    let weeks = integer("int_weeks", "SMALLINT");
    let flags = format!(
        "SELECT *, {} AS first_of_week, {} AS first_of_month, {weeks} AS weeks, CAST(NULL AS VARCHAR) AS sketch,
            CAST(NULL AS SMALLINT) AS bits, CAST(NULL AS INT) AS cell, CAST(NULL AS SMALLINT) AS rank
        FROM {facts} WHERE kind = 'active' AND {weeks} IS NOT NULL",
        truth("bool_first_of_week"),
        truth("bool_first_of_month"),
    );
    let bits = integer("int_sketch_bits", "SMALLINT");
    let sketches = ["day", "week", "month"].map(|period| {
        let cell = integer(&format!("int_{period}_cell"), "INT");
        let rank = integer(&format!("int_{period}_rank"), "SMALLINT");
        format!(
            " UNION ALL SELECT *, CAST(NULL AS BOOLEAN) AS first_of_week, CAST(NULL AS BOOLEAN) AS first_of_month,
                CAST(NULL AS SMALLINT) AS weeks, '{period}' AS sketch, {bits} AS bits, {cell} AS cell, {rank} AS rank
            FROM {facts} WHERE kind = 'active' AND {bits} IS NOT NULL AND {cell} IS NOT NULL AND {rank} IS NOT NULL"
        )
    });
    format!("({flags}{}) AS actives", sketches.concat())
}
