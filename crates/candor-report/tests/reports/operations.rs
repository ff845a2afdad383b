use candor_report::{Cell, ReportName};

use crate::facts::{Fact, ask, lines, two_weeks};

#[tokio::test]
async fn runs_are_added_up_by_operation_and_outcome_most_frequent_first() {
    let facts = [
        Fact::operation("policy run", "ok").micros(50),
        Fact::operation("fetch", "ok").micros(10),
        Fact::operation("fetch", "ok").micros(20),
        Fact::operation("fetch", "error").micros(30),
        Fact::operation("fetch", "cancelled").micros(40),
    ];
    let report = ask(&facts, ReportName::Operations, &two_weeks()).await;
    // Success leaves the cancelled run out: 2 of 3. Nearest rank: the 2nd of 4 is the median, the 4th all others.
    assert_eq!(lines(&report), ["fetch,4,2,1,1,0.6666666666666666,20,40,40,40", "policy run,1,1,0,0,1,50,50,50,50"]);
}

#[tokio::test]
async fn a_sum_of_a_hundred_runs_counts_like_a_hundred_runs() {
    let summed = [
        Fact::operation("fetch", "ok").micros(10).times(90),
        Fact::operation("fetch", "ok").micros(60).times(5),
        Fact::operation("fetch", "error").micros(60).times(4),
        Fact::operation("fetch", "error").micros(63),
    ];
    let single = [(10, 90, "ok"), (60, 5, "ok"), (60, 4, "error"), (63, 1, "error")];
    let single: Vec<_> = single
        .into_iter()
        .flat_map(|(micros, times, outcome)| vec![Fact::operation("fetch", outcome).micros(micros); times])
        .collect();
    let report = ask(&summed, ReportName::Operations, &two_weeks()).await;
    assert_eq!(lines(&report), ["fetch,100,95,5,0,0.95,10,10,60,60"]);
    assert_eq!(ask(&single, ReportName::Operations, &two_weeks()).await, report);
}

#[tokio::test]
async fn percentiles_of_durations_of_every_size_are_within_four_percent() {
    // 1, 2, 4, ... microseconds, up to 12 days: the percentile p of 41 values is the ceil(41 p)-th.
    let facts: Vec<_> = (0..=40).map(|exponent| Fact::operation("fetch", "ok").micros(1 << exponent)).collect();
    let report = ask(&facts, ReportName::Operations, &two_weeks()).await;
    for (column, exponent) in [("p50_us", 20), ("p90_us", 36), ("p95_us", 38), ("p99_us", 40)] {
        let stated = report.cell(0, column).and_then(Cell::as_micros).expect("a duration");
        let exact = 1_u64 << exponent;
        assert!(stated.abs_diff(exact) as f64 <= exact as f64 * 0.04, "{column}: {stated} for {exact}");
    }
}

#[tokio::test]
async fn runs_without_a_duration_or_an_outcome_are_runs() {
    let facts = [Fact::operation("fetch", "ok"), Fact::operation("fetch", "odd").micros(7)];
    let report = ask(&facts, ReportName::Operations, &two_weeks()).await;
    assert_eq!(lines(&report), ["fetch,2,1,0,0,1,7,7,7,7"]);
    let report = ask(&[Fact::operation("fetch", "cancelled")], ReportName::Operations, &two_weeks()).await;
    assert_eq!(lines(&report), ["fetch,1,0,0,1,,,,,"], "nothing to divide by and no duration: empty, not zero");
}

#[tokio::test]
async fn names_are_texts_whatever_they_contain() {
    let facts = [Fact::operation("it's \"quoted\", $1; DROP TABLE facts", "ok")];
    let report = ask(&facts, ReportName::Operations, &two_weeks()).await;
    assert_eq!(report.cell(0, "operation").and_then(Cell::as_text), Some("it's \"quoted\", $1; DROP TABLE facts"));
}

#[tokio::test]
async fn a_thousand_rows_are_listed_and_the_note_says_that_there_are_more() {
    let names: Vec<&'static str> = (0..1001).map(|index| &*format!("operation-{index:04}").leak()).collect();
    let facts: Vec<_> = names.iter().map(|name| Fact::operation(name, "ok")).collect();
    let report = ask(&facts[..1000], ReportName::Operations, &two_weeks()).await;
    assert_eq!((report.rows.len(), report.notes.len()), (1000, 1));
    let report = ask(&facts, ReportName::Operations, &two_weeks()).await;
    assert_eq!((report.rows.len(), report.notes.len()), (1000, 2), "{:?}", report.notes);
}
