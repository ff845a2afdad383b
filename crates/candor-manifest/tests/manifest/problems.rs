//! What an author is told.

use candor_manifest::{Collect, Date, Level, Manifest, Messages};

use crate::example::{TEXT, changed};

fn problems(text: &str) -> String {
    Manifest::parse(text).unwrap_err().render("telemetry.toml")
}

#[test]
fn an_empty_file_lacks_its_sections() {
    insta::assert_snapshot!(problems(""));
}

#[test]
fn text_that_is_not_toml_is_told_with_its_place() {
    insta::assert_snapshot!(problems("[application\nname = \n"));
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_lines() {
    insta::assert_snapshot!(problems(include_str!("bad.toml")));
}

#[test]
fn a_date_that_is_past_is_a_problem_for_the_reviewer_alone() {
    let today = Date::new(2027, 7, 1).unwrap();
    insta::assert_snapshot!(Manifest::parse_on(TEXT, today).unwrap_err().render("telemetry.toml"));
    assert!(Manifest::parse_on(TEXT, Date::new(2027, 6, 30).unwrap()).is_ok(), "the last day is still in time");
    assert!(Manifest::parse(TEXT).is_ok(), "an old release must build");
}

#[test]
fn every_mandatory_word_is_missed() {
    for (word, rest) in [
        ("name", "name = \"inventory\""),
        ("contact", "contact = \"privacy@example.org\""),
        ("endpoint", "endpoint = \"https://telemetry.example.org/in/\""),
        ("write_key", "write_key = \"inventory_public_key\""),
        ("docs", "docs = \"https://example.org/inventory/telemetry\""),
        ("default", "default = \"on\""),
        ("mode", "mode = \"installation\""),
        ("file", "file = \".cq/telemetry-random-id\""),
        ("reason", "reason = \"To tell how many use a provider from how often it is used.\""),
        ("description", "description = \"That resources were fetched.\""),
        ("why", "why = \"To find slow and failing providers.\""),
        ("owner", "owner = \"core team\""),
        ("expires", "expires = \"never\""),
        ("expires_reason", "expires_reason = \"It is what the tool is for.\""),
        ("level", "level = \"stats\""),
        ("collect", "collect = \"aggregate\""),
        ("each_reason", "each_reason = \"Which policy follows which cannot be had from sums.\""),
        ("type", "type = \"bucket\", "),
        ("bounds", "bounds = [0, 1, 10, 100], "),
        ("values", "values = [\"sqlite\", \"postgres\"], "),
        ("pattern", "pattern = \"[a-z_]+\", "),
        ("max_length", "max_length = 16, "),
        ("max_distinct", "max_distinct = 8, "),
        ("description", ", description = \"How often something was tried again.\""),
    ] {
        let told = problems(&changed(rest, ""));
        assert!(told.contains(&format!("has no `{word}`")), "without {rest}:\n{told}");
    }
}

/// Each with the line that it stands on.
#[test]
fn a_problem_points_at_its_line() {
    let dsn = "sentry_dsn = \"https://inventory_public_key@crashes.example.org/7\"";
    let installation = "mode = \"installation\"\nfile = \".cq/telemetry-random-id\"\n\
                        reason = \"To tell how many use a provider from how often it is used.\"";
    let (log, flag, messages) =
        ("log = \"inventory.log\"", "flag = \"--inspect-telemetry\"", "messages = \"scrubbed\"");
    for (from, to, line_of, told) in [
        (dsn, "", "[crash]", "`crash` goes to `application.sentry_dsn`, and there is none"),
        (dsn, "", "[error.database]", "`error` goes to `application.sentry_dsn`, and there is none"),
        (dsn, "sentry_dsn = \"http://k@crashes.example.org/7\"", "sentry_dsn", "in the clear"),
        (dsn, "sentry_dsn = \"https://k:s@crashes.example.org/7\"", "sentry_dsn", "contains a secret"),
        (installation, "mode = \"none\"", "[identity.database]", "lets messages be linked"),
        ("file = \".cq", "file = \"~/.cq", "file = \"~", "begins with a sign for the home directory"),
        (log, "", "[inspect]", "`inspect` has no `log`"),
        (log, "log = \"logs/\"", "log = ", "`inspect.log` is no file"),
        (flag, "flag = \"--no-telemetry\"", "flag = \"--no", "opts out already"),
        (flag, "flag = \"-i\"", "flag = \"-i", "is no flag"),
        (messages, "messages = \"all\"", "messages", "none of its values"),
        (messages, "collect = \"aggregate\" # here", "# here", "cannot be added up"),
        (messages, "sample = 0.5", "sample = 0.5", "unknown key `crash.sample`"),
        (messages, "fields = {}", "fields = {}", "unknown key `crash.fields`"),
        ("errors = [", "sample = 0.5\nerrors = [", "sample = 0.5", "leaves runs out of a sum"),
        ("sample = 0.25", "sample = 0.0000001", "sample", "is no share"),
    ] {
        let text = changed(from, to);
        let line = text[..text.find(line_of).unwrap()].matches('\n').count() + 1;
        let problems = Manifest::parse(&text).unwrap_err();
        let found = problems.as_slice().iter().any(|problem| problem.line == line && problem.message.contains(told));
        assert!(found, "line {line}: {told}\n{}", problems.render("telemetry.toml"));
    }
}

#[test]
fn a_crash_is_reported_one_by_one_without_a_reason() {
    for collect in ["", "collect = \"each\"", "collect = \"each\"\neach_reason = \"Each is its own.\""] {
        let crash = Manifest::parse(&changed("messages = \"scrubbed\"", collect)).unwrap().crash.unwrap();
        assert!(matches!(crash.entry.collect, Collect::Each { .. }), "{collect}");
        assert_eq!((crash.entry.level, crash.messages), (Level::Errors, Messages::Static));
    }
}

#[test]
fn what_every_record_has_is_no_field() {
    for word in candor_manifest::name::RESERVED {
        let told = problems(&changed("resumed =", &format!("{word} =")));
        assert!(told.contains("is called like something that every record has"), "{word}:\n{told}");
    }
}

#[test]
fn names_that_mean_something_already_are_refused() {
    for name in ["candor_dropped", "self", "crate", "super"] {
        let told = problems(&changed("[count.cache_hit]", &format!("[count.{name}]")));
        assert!(told.contains("keeps for itself"), "{told}");
    }
}

#[test]
fn names_that_rust_cannot_tell_apart_are_told() {
    for (from, to) in [
        ("[count.cache_hit]", "[count.fetch]"),
        ("[count.cache_hit]", "[count.policy-run]"),
        ("parts.store]", "parts.col-lect]\ndescription = \"x\"\n[operation.fetch.parts.col_lect]"),
        ("values = [\"sqlite\", \"postgres\"], ", "values = [\"sq_lite\", \"sq.lite\"], "),
    ] {
        let told = problems(&changed(from, to));
        assert!(told.contains("same name in Rust"), "{to}:\n{told}");
    }
}

#[test]
fn more_cells_than_installations_can_share_are_a_problem() {
    let with = |lines: &str| Manifest::parse(&changed("population = 6000", lines));
    let bits = |lines: &str| with(lines).unwrap().active.unwrap().sketch_bits;
    assert_eq!((bits(""), bits("population = 1279"), bits("population = 5120")), (6, 6, 8));
    assert_eq!((bits("sketch_bits = 4"), bits("population = 6000\nsketch_bits = 7")), (4, 7));
    let told = |lines: &str| with(lines).unwrap_err().render("telemetry.toml");
    let alone = told("sketch_bits = 8");
    assert!(alone.contains("`active.sketch_bits` makes cells that fewer than 20 installations share"), "{alone}");
    assert!(alone.contains("write 6, or population = 5120 if there are so many"), "{alone}");
    for lines in [
        "population = 5119\nsketch_bits = 8",
        "sketch_bits = 300",
        "sketch_bits = 0",
        "level = \"errors\"",
        "collect = \"each\"",
    ] {
        assert!(with(lines).is_err(), "{lines}");
    }
}
