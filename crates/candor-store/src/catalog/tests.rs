#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::os::unix::fs::PermissionsExt;

use super::*;

fn open_project(name: &str) -> NewProject {
    NewProject { name: name.to_owned(), mode: ProjectMode::Open, manifest: None, identity: IdentityPolicy::Stable }
}

async fn catalog() -> (tempfile::TempDir, Catalog) {
    let dir = tempfile::tempdir().unwrap();
    let catalog = Catalog::open(dir.path()).await.unwrap();
    (dir, catalog)
}

#[tokio::test]
async fn a_created_project_is_found_by_name_key_and_token() {
    let (_dir, catalog) = catalog().await;
    let new = NewProject { manifest: Some("{}".into()), mode: ProjectMode::Strict, ..open_project("inventory") };
    let created = catalog.create_project(new).await.unwrap();
    assert_eq!(created.project.id, 1);
    assert!(created.sentry_key.len() == 32 && created.sentry_key.bytes().all(|byte| byte.is_ascii_hexdigit()));
    for found in [
        catalog.project_by_name("inventory").await.unwrap(),
        catalog.project_by_key(&created.write_key).await.unwrap(),
        catalog.project_by_key(&created.sentry_key).await.unwrap(),
        catalog.access_by_token(&created.token).await.unwrap().unwrap().project,
    ] {
        let found = found.unwrap();
        assert_eq!((found.id, found.secret), (created.project.id, created.project.secret));
        assert_eq!((found.mode, found.manifest.as_deref()), (ProjectMode::Strict, Some("{}")));
    }
    assert!(catalog.access_by_token(&created.write_key).await.unwrap().is_none());
    assert!(catalog.project_by_key("another").await.unwrap().is_none());
}

#[tokio::test]
async fn a_token_is_in_no_file() {
    let (dir, catalog) = catalog().await;
    let created = catalog.create_project(open_project("inventory")).await.unwrap();
    let token = created.token.strip_prefix("candor_").unwrap().as_bytes();
    let mut searched = 0;
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(token.len()).any(|window| window == token));
        searched += usize::from(bytes.windows(32).any(|window| window == created.write_key.as_bytes()));
    }
    assert!(searched > 0, "the search would have found what is there");
}

#[tokio::test]
async fn names_and_keys_that_cannot_be_are_refused_with_what_to_do() {
    let (_dir, catalog) = catalog().await;
    for name in ["", "-a", "Inventory", "a b", "a/b", &"a".repeat(65)] {
        let error = catalog.create_project(open_project(name)).await.unwrap_err();
        assert!(matches!(error, CatalogError::InvalidName(_)), "{name}: {error}");
    }
    catalog.create_project(open_project("one")).await.unwrap();
    let two = catalog.create_project(open_project("two")).await.unwrap();
    let error = catalog.create_project(open_project("one")).await.unwrap_err();
    assert_eq!(error.to_string(), "a project called `one` already exists: choose another name");
    assert!(matches!(catalog.add_key("one", "a:b").await, Err(CatalogError::InvalidKey)));
    assert!(matches!(catalog.add_key("one", &two.write_key).await, Err(CatalogError::KeyTaken(_))));
    assert!(matches!(catalog.add_key("three", "key").await, Err(CatalogError::NoSuchProject(_))));
}

#[tokio::test]
async fn a_revoked_key_is_worth_nothing_until_it_is_added_again() {
    let (_dir, catalog) = catalog().await;
    catalog.create_project(open_project("inventory")).await.unwrap();
    catalog.add_key("inventory", "given").await.unwrap();
    catalog.add_key("inventory", "given").await.unwrap();
    assert!(catalog.project_by_key("given").await.unwrap().is_some());
    catalog.revoke_key("inventory", "given").await.unwrap();
    assert!(catalog.project_by_key("given").await.unwrap().is_none());
    assert_eq!(catalog.write_keys().await.unwrap().len(), 1);
    let again = catalog.revoke_key("inventory", "given").await;
    assert!(matches!(again, Err(CatalogError::NoSuchKey { .. })));
    catalog.add_key("inventory", "given").await.unwrap();
    assert!(catalog.project_by_key("given").await.unwrap().is_some());
}

#[tokio::test]
async fn outcomes_add_up_by_day_and_reason() {
    let (_dir, catalog) = catalog().await;
    let project = catalog.create_project(open_project("inventory")).await.unwrap().project.id;
    let delta =
        |day, outcome, reason: &str, count| OutcomeDelta { project, day, outcome, reason: reason.into(), count };
    let first = [delta(10, ItemOutcome::Accepted, "", 5), delta(10, ItemOutcome::Dropped, "missing_type", 1)];
    catalog.add_outcomes(&first).await.unwrap();
    catalog
        .add_outcomes(&[delta(10, ItemOutcome::Accepted, "", 2), delta(11, ItemOutcome::Duplicate, "", 1)])
        .await
        .unwrap();
    let counts = catalog.outcomes(project, 10, 11).await.unwrap();
    let counts: Vec<_> = counts.iter().map(|count| (count.outcome, count.reason.as_str(), count.count)).collect();
    assert_eq!(counts, [(ItemOutcome::Accepted, "", 7), (ItemOutcome::Dropped, "missing_type", 1)]);
    let unknown = OutcomeDelta { project: 99, ..delta(10, ItemOutcome::Accepted, "", 1) };
    assert!(catalog.add_outcomes(&[delta(12, ItemOutcome::Accepted, "", 1), unknown]).await.is_err());
    assert!(catalog.outcomes(project, 12, 13).await.unwrap().is_empty(), "all or nothing");
}

#[tokio::test]
async fn several_openings_write_at_once_and_only_the_owner_may_read() {
    let (dir, first) = catalog().await;
    let project = first.create_project(open_project("inventory")).await.unwrap().project.id;
    let mut writers = Vec::new();
    for _ in 0..4 {
        let catalog = Catalog::open(dir.path()).await.unwrap();
        writers.push(tokio::spawn(async move {
            for _ in 0..25 {
                let delta =
                    OutcomeDelta { project, day: 1, outcome: ItemOutcome::Accepted, reason: String::new(), count: 1 };
                catalog.add_outcomes(&[delta]).await.unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(first.outcomes(project, 1, 2).await.unwrap()[0].count, 100);
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
    }
}

#[tokio::test]
async fn a_project_has_an_identity_policy_that_can_be_changed() {
    let (_dir, catalog) = catalog().await;
    let new = NewProject { identity: IdentityPolicy::Daily, ..open_project("inventory") };
    assert_eq!(catalog.create_project(new).await.unwrap().project.identity, IdentityPolicy::Daily);
    catalog.set_identity("inventory", IdentityPolicy::Drop).await.unwrap();
    assert_eq!(catalog.projects().await.unwrap()[0].identity, IdentityPolicy::Drop);
    assert!(catalog.set_identity("other", IdentityPolicy::Drop).await.is_err());
}

#[tokio::test]
async fn a_catalog_of_the_first_format_is_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.path().join("catalog.sqlite"));
    let first = SqlitePool::connect_with(options.create_if_missing(true)).await.unwrap();
    sqlx::raw_sql(include_str!("schema.sql")).execute(&first).await.unwrap();
    let old = "INSERT INTO projects (name, mode, secret, created) VALUES ('old', 'open', zeroblob(32), 0);
        INSERT INTO tokens (sha256, project, scope, created) VALUES (zeroblob(32), 1, 'read', 7);
        PRAGMA user_version = 1";
    sqlx::raw_sql(old).execute(&first).await.unwrap();
    first.close().await;
    let catalog = Catalog::open(dir.path()).await.unwrap();
    let project = catalog.project_by_name("old").await.unwrap().unwrap();
    assert_eq!(project.identity, IdentityPolicy::Stable, "as it was");
    let tokens = catalog.tokens(Some("old")).await.unwrap();
    assert_eq!((tokens.len(), tokens[0].scopes, tokens[0].valid), (1, TokenScopes::of_a_project(), true), "as it was");
    assert_eq!(tokens[0].created, Timestamp::from_micros(7));
}

#[tokio::test]
async fn a_catalog_of_a_newer_release_is_refused() {
    let (dir, catalog) = catalog().await;
    sqlx::raw_sql("PRAGMA user_version = 99").execute(catalog.pool()).await.unwrap();
    let error = Catalog::open(dir.path()).await.unwrap_err();
    assert!(matches!(error, CatalogError::Version(99)), "{error}");
}

#[tokio::test]
async fn a_rotated_key_works_beside_the_new_one_until_its_end() {
    let (_dir, catalog) = catalog().await;
    catalog.create_project(open_project("other")).await.unwrap();
    let created = catalog.create_project(open_project("inventory")).await.unwrap();
    let day = Timestamp::from_micros(i64::MAX / 2);
    let first = catalog.rotate_key("inventory", None, day).await.unwrap();
    assert_eq!(first.ending, std::slice::from_ref(&created.write_key));
    let valid = async |key: &str| catalog.project_by_key(key).await.unwrap().is_some();
    assert!(valid(&created.write_key).await && valid(&first.key).await);
    assert_eq!(catalog.write_keys().await.unwrap().len(), 3, "with that of the other project");

    let past = Timestamp::from_micros(1);
    let second = catalog.rotate_key("inventory", Some(&first.key), past).await.unwrap();
    assert_eq!((second.ending, valid(&first.key).await), (vec![first.key.clone()], false));
    assert!(valid(&created.write_key).await && valid(&second.key).await);
    let again = catalog.rotate_key("inventory", Some(&first.key), day).await;
    assert!(matches!(again, Err(CatalogError::NoSuchKey { .. })));
    assert!(!valid(&first.key).await, "an end is not put off");

    let keys = catalog.keys("inventory").await.unwrap();
    let ends = |key: &str| keys.iter().find(|known| known.key == key).unwrap().ends;
    assert_eq!([ends(&created.write_key), ends(&first.key), ends(&second.key)], [Some(day), Some(past), None]);
    assert_eq!(keys.iter().filter(|key| key.valid).count(), 2);
}

fn new_token(project: Option<&str>, scopes: &str) -> NewToken {
    NewToken {
        project: project.map(str::to_owned),
        scopes: scopes.parse().unwrap(),
        label: "ci".to_owned(),
        ends: None,
    }
}

#[tokio::test]
async fn a_token_opens_what_it_was_made_for_until_it_is_revoked() {
    let (_dir, catalog) = catalog().await;
    let first = catalog.create_project(open_project("inventory")).await.unwrap();
    let of_all = catalog.create_token(new_token(None, "admin")).await.unwrap();
    let of_one = catalog.create_token(new_token(Some("inventory"), "sql")).await.unwrap();
    let opens = async |token: &str| {
        let access = catalog.access_by_token(token).await.unwrap()?;
        Some((access.project.map(|project| project.id), access.scopes.to_string()))
    };
    assert_eq!(opens(&first.token).await, Some((Some(1), "read,sql".to_owned())));
    assert_eq!(opens(&of_all.token).await, Some((None, "admin".to_owned())));
    assert_eq!(opens(&of_one.token).await, Some((Some(1), "sql".to_owned())));
    assert_eq!(catalog.tokens(None).await.unwrap().len(), 3);
    let listed = catalog.tokens(Some("inventory")).await.unwrap();
    assert_eq!(listed.len(), 2, "that of all projects is not one of this");
    assert_eq!((listed[1].id.as_str(), listed[1].label.as_str()), (of_one.id.as_str(), "ci"));

    catalog.revoke_token(&of_one.id).await.unwrap();
    catalog.revoke_token(&of_all.token).await.unwrap();
    assert_eq!((opens(&of_one.token).await, opens(&of_all.token).await), (None, None));
    assert!(opens(&first.token).await.is_some());
    for named in [of_one.id.as_str(), "", "%", "candor_0123"] {
        assert!(matches!(catalog.revoke_token(named).await, Err(CatalogError::NoSuchToken(_))), "{named}");
    }
    assert_eq!(catalog.tokens(None).await.unwrap().iter().filter(|token| token.valid).count(), 1);
    let missing = catalog.create_token(new_token(Some("other"), "read")).await;
    assert!(matches!(missing, Err(CatalogError::NoSuchProject(_))));
}

#[tokio::test]
async fn a_token_opens_nothing_after_its_end() {
    let (_dir, catalog) = catalog().await;
    for (ends, opens) in [(1, false), (i64::MAX / 2, true)] {
        let new = NewToken { ends: Some(Timestamp::from_micros(ends)), ..new_token(None, "read") };
        let token = catalog.create_token(new).await.unwrap().token;
        assert_eq!(catalog.access_by_token(&token).await.unwrap().is_some(), opens);
    }
}
