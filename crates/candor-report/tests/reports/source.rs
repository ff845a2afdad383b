//! Sums and the rows themselves give the same answers.

use candor_report::{Filter, Query, ReportError, ReportName, Source};
use jiff::{ToSpan, civil::date};
use proptest::{prelude::*, sample::select, test_runner::TestRunner};

use crate::facts::{Fact, only_facts, session, two_weeks};

const VERSIONS: [&str; 3] = ["1.0", "1.1-rc.1", "dev"];
const NAMES: [&str; 3] = ["fetch", "it's", ""];

fn maybe<T: std::fmt::Debug + Clone + 'static>(values: &'static [T]) -> impl Strategy<Value = Option<T>> {
    prop::option::of(select(values))
}

/// A fact of any kind, with any dimensions.
fn fact() -> impl Strategy<Value = Fact> {
    let record = prop_oneof![
        (select(&NAMES[..]), select(&["ok", "error", "cancelled"][..]))
            .prop_map(|(name, end)| Fact::operation(name, end)),
        (select(&NAMES[..]), select(&NAMES[..])).prop_map(|(operation, name)| Fact::part(operation, name)),
        select(&NAMES[..]).prop_map(Fact::counter),
        select(&["started", "heartbeat", "stopped"][..]).prop_map(|name| Fact::lifecycle(name, "server")),
        select(&NAMES[..]).prop_map(Fact::track),
        select(&NAMES[..]).prop_map(Fact::crash),
        select(&NAMES[..]).prop_map(Fact::error),
        (select(&NAMES[..]), select(&VERSIONS[..])).prop_map(|(name, version)| Fact::component("set", name, version)),
        (any::<bool>(), any::<bool>(), 0..54_i64).prop_map(|(week, month, weeks)| Fact::active(week, month, weeks)),
        (prop::option::of((0..64_i64, 1..9_i64)), prop::option::of((0..64_i64, 1..9_i64)))
            .prop_map(|(day, week)| Fact::sketched(6, [day, week, None])),
    ];
    let where_it_ran =
        (maybe(&["linux", "macos"]), maybe(&["none", "gitlab_ci"]), maybe(&[true, false]), maybe(&["DE", "FR"]));
    let further = (
        maybe(&VERSIONS),
        maybe(&[1_i64, -2, 3]),
        maybe(&["mounts", "x'y"]),
        maybe(&[63_u64, 3_600_000_000, 90_000_000_000]),
    );
    (record, where_it_ran, further, -20..16_i64, 1..4_i64).prop_map(
        |(record, (os, ci, container, country), (version, installation, provider, micros), day, count)| {
            let mut fact = record.on(date(2026, 12, 20).saturating_add(day.days())).times(count);
            if let Some(os) = os {
                fact = fact.os(os);
            }
            if let Some(ci) = ci {
                fact = fact.ci(ci);
            }
            if let Some(container) = container {
                fact = fact.container(container);
            }
            if let Some(country) = country {
                fact = fact.country(country);
            }
            if let Some(version) = version {
                fact = fact.version(version);
            }
            if let Some(installation) = installation {
                fact = fact.installation(installation);
            }
            if let Some(provider) = provider {
                fact = fact.provider(provider);
            }
            if let Some(micros) = micros {
                fact = fact.micros(micros);
            }
            fact
        },
    )
}

/// Questions of every shape: plain, compared, filtered by a dimension and by an attribute, broken down.
fn queries(name: ReportName) -> Vec<Query> {
    let plain = Query::new("tool", date(2026, 12, 16), date(2027, 1, 4)).expect("a range");
    let filtered = |name: &str, value: &str| plain.clone().with_filter(Filter::parse(name, value).expect("a filter"));
    let mut queries = vec![filtered("version", "1.0"), filtered("country", "DE"), filtered("filter", "provider=x'y")];
    queries.push(if name.has_comparison() { plain.clone().compared() } else { plain.clone() });
    if name.has_breakdown() {
        let by = |field: &str| plain.clone().by(field.parse().expect("a field")).with_top(1).expect("a number");
        queries.extend([by("os"), by("provider")]);
    }
    queries
}

/// Many facts, and which question is asked of each report: planning all of them takes a debug build minutes.
fn case() -> impl Strategy<Value = (Vec<Fact>, usize)> {
    (prop::collection::vec(fact(), 100), any::<usize>())
}

#[test]
fn every_report_of_any_facts_is_the_same_of_sums_and_of_rows() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let settings = ProptestConfig { cases: 3, max_shrink_iters: 0, failure_persistence: None, ..Default::default() };
    let checked = TestRunner::new(settings).run(&case(), |(facts, choice)| {
        runtime.block_on(async {
            let (summed, rows) = (session(&facts).await, only_facts(&facts));
            for (index, name) in ReportName::ALL.into_iter().filter(|name| *name != ReportName::Pipeline).enumerate() {
                let queries = queries(name);
                let query = &queries[choice.wrapping_add(index) % queries.len()];
                let of_rows = candor_report::run(&rows, name, query).await.expect("an answer of rows");
                let of_sums = candor_report::run(&summed, name, query).await.expect("an answer");
                prop_assert_eq!(of_sums.to_json(), of_rows.to_json(), "{} about {:?}", name, query);
            }
            Ok(())
        })
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
}

#[tokio::test]
async fn every_report_but_the_live_one_is_answered_from_sums_alone() {
    let session = session(&[Fact::operation("fetch", "ok").micros(5), Fact::counter("reload").command("x")]).await;
    let query = two_weeks().with_source(Source::Rollup);
    for name in ReportName::ALL.into_iter().filter(|name| *name != ReportName::Live) {
        candor_report::run(&session, name, &query).await.expect("an answer");
    }
}

#[tokio::test]
async fn what_no_sum_has_is_refused_with_the_columns_that_are_needed_together() {
    let session = session(&[Fact::operation("fetch", "ok").os("linux")]).await;
    let query = two_weeks().with_source(Source::Rollup).with_filter(Filter::parse("os", "linux").expect("a filter"));
    let error = candor_report::run(&session, ReportName::Operations, &query).await.expect_err("two grains");
    assert!(matches!(error, ReportError::NotInRollup { .. }) && error.is_refusal());
    assert!(error.to_string().contains("duration_bucket, os"), "{error}");
}

#[tokio::test]
async fn a_long_range_that_needs_rows_says_that_they_are_not_kept_so_long() {
    let facts = [Fact::operation("fetch", "ok").os("linux")];
    let of_days = |days| Query::last_days("tool", date(2026, 11, 22), days).expect("a range");
    let filter = || Filter::parse("os", "linux").expect("a filter");
    for (query, says_so) in [
        (of_days(120).with_filter(filter()), true),
        (of_days(60).with_filter(filter()).compared(), true),
        (of_days(120), false),
        (of_days(90).with_filter(filter()), false),
    ] {
        let report =
            candor_report::run(&session(&facts).await, ReportName::Operations, &query).await.expect("an answer");
        assert_eq!(report.notes.iter().any(|note| note.contains("days before that are missing")), says_so, "{query:?}");
    }
}
