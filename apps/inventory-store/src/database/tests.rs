//! What holds of an inventory in either database.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg(feature = "postgres")]
mod postgres;

use std::{error::Error as _, fs, thread, time::Duration};

use serde_json::json;

use super::*;
use crate::{
    policy::Policy,
    providers,
    schema::{Column, column, optional},
};

/// Runs a test over both, each new: in a folder of its own, or a database of its own.
fn in_both(test: impl Fn(&Location)) {
    let folder = tempfile::tempdir().unwrap();
    test(&Location::Sqlite(folder.path().join("inventory.db")));
    #[cfg(feature = "postgres")]
    test(&candor_testkit::Postgres::shared().new_database().parse().unwrap());
}

const COLUMNS: [Column; 3] = [
    column("name", Kind::Text, "a text"),
    optional("size_bytes", Kind::Integer, "a number"),
    column("good", Kind::Boolean, "yes or no"),
];
const THINGS: Table = Table { name: "things", kind: "thing", about: "a thing", columns: &COLUMNS };
const OTHER_THINGS: Table =
    Table { name: "things", kind: "thing", about: "of a later version", columns: &[COLUMNS[0], COLUMNS[2]] };

fn things(names: &[&str]) -> Rows {
    let mut rows = Rows::of(&THINGS);
    for name in names {
        rows.push([(*name).into(), (!name.is_empty()).then_some(name.len() as u64).into(), true.into()]);
    }
    rows
}

fn replaced(location: &Location, rows: &Rows) -> Database {
    let mut database = Database::create_or_open(location).unwrap();
    database.write(&[Change::Replace(rows)]).unwrap();
    database
}

fn found(database: &mut Database, sql: &str) -> Vec<Vec<serde_json::Value>> {
    database.evaluate(sql, 1000).unwrap().rows
}

#[test]
fn rows_come_back_as_they_were_stored() {
    in_both(|location| {
        let rows = things(&["a'b\"c\\", "", "ü\n"]);
        replaced(location, &rows);
        let mut database = Database::open_for_reading(location).unwrap();
        assert_eq!(database.rows(&THINGS, 10).unwrap().unwrap().rows, rows.rows);
        assert_eq!(database.rows(&THINGS, 2).unwrap().unwrap().rows.len(), 2);
        assert_eq!(database.count(&THINGS).unwrap(), Some(3));
    });
}

#[test]
fn a_table_that_was_never_filled_is_no_error() {
    in_both(|location| {
        let mut database = Database::create_or_open(location).unwrap();
        assert!(database.rows(&THINGS, 10).unwrap().is_none());
        assert_eq!(database.count(&THINGS).unwrap(), None);
    });
}

#[test]
fn other_rows_and_other_columns_take_the_place_of_what_was_there() {
    in_both(|location| {
        let mut database = replaced(location, &things(&["a", "b"]));
        database.write(&[Change::Replace(&things(&["c"]))]).unwrap();
        assert_eq!(found(&mut database, "SELECT name FROM things"), [[json!("c")]]);
        let mut later = Rows::of(&OTHER_THINGS);
        later.push(["d".into(), false.into()]);
        database.write(&[Change::Replace(&later)]).unwrap();
        assert_eq!(database.rows(&OTHER_THINGS, 10).unwrap().unwrap().rows, later.rows);
        assert!(matches!(database.rows(&THINGS, 10), Err(DatabaseError::Read { .. })));
    });
}

#[test]
fn changes_are_made_together_or_not_at_all() {
    in_both(|location| {
        let mut database = replaced(location, &things(&["kept"]));
        let rows = things(&["lost"]);
        let broken = [Change::Replace(&rows), Change::execute("INSERT INTO nowhere VALUES (?1)", [1_i64.into()])];
        assert!(matches!(database.write(&broken), Err(DatabaseError::Write { .. })));
        assert_eq!(found(&mut database, "SELECT name FROM things"), [[json!("kept")]]);
    });
}

#[test]
fn values_go_to_their_numbers_and_not_into_the_sql() {
    in_both(|location| {
        let mut database = replaced(location, &things(&["a", "b'; DROP TABLE things"]));
        let sql = "SELECT name FROM things WHERE name = ?2 AND size_bytes > ?1";
        let rows = database.query(sql, &[1_i64.into(), "b'; DROP TABLE things".into()], &[Kind::Text]);
        assert_eq!(rows.unwrap(), [["b'; DROP TABLE things".into()]]);
    });
}

#[test]
fn a_query_keeps_the_first_rows_and_counts_all() {
    in_both(|location| {
        let mut database = Database::create_or_open(location).unwrap();
        let sql =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i, i AS i FROM n;";
        let found = database.evaluate(sql, 3).unwrap();
        assert_eq!((found.count, found.columns), (2500, vec!["i".to_owned(), "i".to_owned()]));
        assert_eq!(found.rows, [[1, 1], [2, 2], [3, 3]].map(|row| row.map(|number| json!(number))));
    });
}

#[test]
fn somebodys_sql_cannot_change_anything() {
    in_both(|location| {
        replaced(location, &things(&["kept"]));
        for writer in [true, false] {
            let mut database = if writer {
                Database::create_or_open(location).unwrap()
            } else {
                Database::open_for_reading(location).unwrap()
            };
            for sql in [
                "DELETE FROM things",
                "DELETE FROM things RETURNING name",
                "WITH gone AS (DELETE FROM things RETURNING name) SELECT * FROM gone",
                "SELECT 1; DELETE FROM things",
                "SELECT 1) AS q; DELETE FROM things; --",
                "DROP TABLE things",
                "COMMIT",
                "",
            ] {
                assert!(database.evaluate(sql, 10).is_err(), "{sql}");
            }
            assert_eq!(found(&mut database, "SELECT name FROM things -- all"), [[json!("kept")]]);
        }
    });
}

#[test]
fn a_table_that_is_missing_is_told_from_other_errors() {
    in_both(|location| {
        let mut database = Database::create_or_open(location).unwrap();
        assert!(matches!(database.evaluate("SELECT * FROM things", 1), Err(EvaluateError::NoTable(_))));
        assert!(matches!(database.evaluate("SELECT nothing FROM fetches", 1), Err(EvaluateError::Sql(_))));
    });
}

#[test]
fn a_failure_leaves_rows_and_is_noted_until_the_next_success() {
    in_both(|location| {
        let mut database = Database::create_or_open(location).unwrap();
        let provider = providers::ALL[0];
        let error = CollectError::Unsupported { path: "/x".into(), what: "it" };
        database.replace(provider, &[things(&["a", "b"])], Duration::from_millis(7)).unwrap();
        database.note_failure(provider, &error, Duration::from_millis(8)).unwrap();
        assert_eq!(database.outdated().unwrap(), [provider.name()]);
        let sql = "SELECT row_count, duration_ms, error_class, succeeded_at IS NULL FROM fetches";
        let row = found(&mut database, sql).remove(0);
        assert_eq!(row[..3], [json!(2), json!(8), json!("source_unsupported")]);
        assert!(row[3] == json!(false) || row[3] == json!(0), "it did succeed once: {row:?}");
        database.replace(provider, &[things(&["a"])], Duration::ZERO).unwrap();
        assert_eq!(database.outdated().unwrap(), Vec::<String>::new());
        let times = found(&mut database, "SELECT succeeded_at, attempted_at FROM fetches").remove(0);
        assert_eq!(times[0], times[1]);
        let shape: String =
            times[0].as_str().unwrap().chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00 00:00:00");
    });
}

#[test]
fn where_nothing_is_there_is_no_inventory() {
    in_both(|location| {
        let error = Database::open_for_reading(location).unwrap_err();
        assert_eq!(error.to_string(), format!("there is no inventory at {location}; `inventory fetch` makes one"));
    });
}

#[test]
fn writers_wait_for_each_other() {
    in_both(|location| {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        replaced(location, &things(&["a", "b"]));
                    }
                });
            }
        });
        let mut database = Database::open_for_reading(location).unwrap();
        assert_eq!(database.rows(&THINGS, 10).unwrap().unwrap().rows.len(), 2);
    });
}

#[test]
fn an_inventory_has_an_id_that_lives_as_long_as_it() {
    in_both(|location| {
        let id = Database::create_or_open(location).unwrap().instance_id().unwrap().unwrap();
        assert!(id.len() >= 16 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        let again = Database::create_or_open(location).unwrap().instance_id().unwrap();
        let read = Database::open_for_reading(location).unwrap().instance_id().unwrap();
        assert_eq!((again.as_ref(), read.as_ref()), (Some(&id), Some(&id)));
    });
}

#[test]
fn two_sqlite_inventories_have_different_ids() {
    let folder = tempfile::tempdir().unwrap();
    let id =
        |name| Database::create_or_open(&Location::Sqlite(folder.path().join(name))).unwrap().instance_id().unwrap();
    assert_ne!(id("a.db"), id("b.db"));
}

#[test]
fn the_baseline_is_understood_by_both() {
    in_both(|location| {
        let mut database = Database::create_or_open(location).unwrap();
        let machine = crate::machine::Machine::at("/".as_ref());
        crate::fetch(&providers::ALL, &machine, &mut database, &()).unwrap();
        for rule in &Policy::load(None).unwrap().rules {
            if let Err(error) = crate::policy::evaluate(&mut database, rule) {
                panic!("{location}: {error}: {}", error.source().unwrap());
            }
        }
    });
}

#[test]
fn an_inventory_of_an_older_release_gets_its_id_when_it_is_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inventory.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(
        "PRAGMA application_id = 1128877654; PRAGMA user_version = 1;
         CREATE TABLE fetches (provider TEXT PRIMARY KEY NOT NULL, version TEXT NOT NULL, attempted_at TEXT NOT NULL,
             succeeded_at TEXT, duration_ms INTEGER NOT NULL, row_count INTEGER NOT NULL, error_class TEXT, error TEXT) STRICT;
         INSERT INTO fetches VALUES ('users', '1.0.0', '2026-01-01 00:00:00', NULL, 1, 0, 'source_missing', 'gone')",
    )
    .unwrap();
    let location = Location::Sqlite(path);
    let mut database = Database::open_for_reading(&location).unwrap();
    assert_eq!(database.instance_id().unwrap(), None);
    assert_eq!(database.outdated().unwrap(), ["users"]);
    let mut database = Database::create_or_open(&location).unwrap();
    assert!(database.instance_id().unwrap().is_some());
    database.replace(providers::ALL[5], &[], Duration::ZERO).unwrap();
    assert_eq!(database.outdated().unwrap(), Vec::<String>::new());
}

#[test]
fn a_file_of_another_program_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE users (name TEXT)").unwrap();
    let before = fs::read(&path).unwrap();
    let location = Location::Sqlite(path.clone());
    assert!(matches!(Database::create_or_open(&location), Err(DatabaseError::Foreign { .. })));
    assert!(matches!(Database::open_for_reading(&location), Err(DatabaseError::Foreign { .. })));
    assert_eq!(fs::read(path).unwrap(), before);
}
