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

/// `actives` as a table in SQL: of each record a row of flags, or one for each period whose cell it says.
pub(super) fn actives(facts: &str, tables: &Tables) -> String {
    let column = |name: &str, data_type: &str| match tables.facts_have(name) {
        true => name.to_owned(),
        false => format!("CAST(NULL AS {data_type})"),
    };
    let bits = column("int_sketch_bits", "BIGINT");
    let flags = format!(
        "SELECT *, {} AS first_of_week, {} AS first_of_month, {} AS weeks, CAST(NULL AS VARCHAR) AS sketch,
            CAST(NULL AS BIGINT) AS bits, CAST(NULL AS BIGINT) AS cell, CAST(NULL AS BIGINT) AS rank
        FROM {facts} WHERE kind = 'active' AND {bits} IS NULL",
        column("bool_first_of_week", "BOOLEAN"),
        column("bool_first_of_month", "BOOLEAN"),
        column("int_weeks", "BIGINT"),
    );
    let sketches = ["day", "week", "month"].map(|period| {
        let cell = column(&format!("int_{period}_cell"), "BIGINT");
        let rank = column(&format!("int_{period}_rank"), "BIGINT");
        format!(
            " UNION ALL SELECT *, CAST(NULL AS BOOLEAN) AS first_of_week, CAST(NULL AS BOOLEAN) AS first_of_month,
                CAST(NULL AS BIGINT) AS weeks, '{period}' AS sketch, {bits} AS bits, {cell} AS cell, {rank} AS rank
            FROM {facts} WHERE kind = 'active' AND {bits} IS NOT NULL AND {cell} IS NOT NULL"
        )
    });
    format!("({flags}{}) AS actives", sketches.concat())
}
