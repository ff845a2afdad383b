//! What only PostgreSQL does.

use candor_testkit::Postgres;

use super::*;

#[test]
fn the_id_is_the_clusters_own() {
    let server = Postgres::shared();
    let address = server.new_database();
    let id = Database::create_or_open(&address.parse().unwrap()).unwrap().instance_id().unwrap().unwrap();
    assert_eq!(id, server.sql(&address, "SELECT system_identifier FROM pg_control_system()"));
}

#[test]
fn a_role_that_may_not_ask_for_the_clusters_id_gets_that_of_the_inventory() {
    let server = Postgres::shared();
    let address = server.new_database();
    let sql = "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC; CREATE ROLE weak LOGIN;
               CREATE SCHEMA inventory AUTHORIZATION weak";
    assert_eq!(server.sql(&address, sql), "");
    let location = address.replace("postgres@", "weak@").parse().unwrap();
    let id = Database::create_or_open(&location).unwrap().instance_id().unwrap().unwrap();
    assert_eq!(id, server.sql(&address, "SELECT value FROM inventory.meta"));
}

#[test]
fn a_schema_of_another_program_is_refused_and_not_touched() {
    let server = Postgres::shared();
    let address = server.new_database();
    let _ = server.sql(&address, "CREATE SCHEMA inventory; CREATE TABLE inventory.users (name text)");
    let location = address.parse().unwrap();
    assert!(matches!(Database::create_or_open(&location), Err(DatabaseError::Foreign { .. })));
    assert!(matches!(Database::open_for_reading(&location), Err(DatabaseError::Foreign { .. })));
    let tables = "SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace = 'inventory'::regnamespace";
    assert_eq!(server.sql(&address, tables), "users");
}

#[test]
fn tables_of_other_schemas_are_left_alone() {
    let server = Postgres::shared();
    let address = server.new_database();
    let _ = server.sql(&address, "CREATE TABLE things (name text); INSERT INTO things VALUES ('precious')");
    replaced(&address.parse().unwrap(), &things(&["a"]));
    assert_eq!(server.sql(&address, "SELECT name FROM public.things"), "precious");
}

#[test]
fn a_view_keeps_a_table_from_being_made_anew_and_is_not_dropped() {
    let server = Postgres::shared();
    let address = server.new_database();
    let mut database = replaced(&address.parse().unwrap(), &things(&["a"]));
    let _ = server.sql(&address, "CREATE VIEW inventory.seen AS SELECT name FROM inventory.things");
    database.write(&[Change::Replace(&things(&["b"]))]).unwrap();
    assert_eq!(server.sql(&address, "SELECT name FROM inventory.seen"), "b");
    let error = database.write(&[Change::Replace(&Rows::of(&OTHER_THINGS))]).unwrap_err();
    assert!(error.source().unwrap().to_string().contains("other objects depend on it"), "{error:?}");
}

#[test]
fn every_type_of_a_query_has_a_json_value() {
    let mut database = Database::create_or_open(&Postgres::shared().new_database().parse().unwrap()).unwrap();
    let sql = "SELECT 1.5::numeric, true, NULL, 'x'::name, date '2026-11-22', '{1,2}'::int[], sum(2::bigint)";
    let row = found(&mut database, sql).remove(0);
    let expected = json!([1.5, true, null, "x", "2026-11-22", [1, 2], 2]);
    assert_eq!(json!(row), expected);
}

#[test]
fn text_that_the_server_does_not_know_is_replaced() {
    let mut database = replaced(&Postgres::shared().new_database().parse().unwrap(), &things(&["a\0b"]));
    assert_eq!(found(&mut database, "SELECT name FROM things"), [[json!("a\u{fffd}b")]]);
}

#[test]
fn a_server_that_is_not_there_is_an_error_without_the_password() {
    let location: Location = "postgres://me:secret@127.0.0.1:1/assets".parse().unwrap();
    let error = Database::open_for_reading(&location).unwrap_err();
    let text = format!("{error}: {}", error.source().unwrap());
    assert!(text.starts_with("cannot open the inventory postgres://me@127.0.0.1:1/assets: "), "{text}");
    assert!(text.contains("refused") && !text.contains("secret"), "{text}");
}
