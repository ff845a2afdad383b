use candor_report::{Query, ReportName};
use jiff::civil::date;

use crate::facts::{Fact, ask, lines};

fn from_november() -> Query {
    Query::new("tool", date(2026, 11, 4), date(2026, 11, 25)).expect("a range")
}

#[tokio::test]
async fn a_cohort_is_followed_by_how_long_ago_its_first_week_was() {
    let facts = [
        // Four begin in the week of the 2nd: before the range, in its first week.
        Fact::active(true, true, 0).on(date(2026, 11, 2)).times(4),
        Fact::active(false, false, 0).on(date(2026, 11, 3)).times(2),
        Fact::active(true, false, 1).on(date(2026, 11, 10)).times(3),
        Fact::active(true, false, 2).on(date(2026, 11, 17)),
        // Two begin in the week of the 16th. One of an older cohort is in none of these, and one that is older than a
        // year says no more than that.
        Fact::active(true, false, 0).on(date(2026, 11, 18)).times(2),
        Fact::active(true, false, 1).on(date(2026, 11, 23)).times(2),
        Fact::active(true, false, 30).on(date(2026, 11, 18)),
        Fact::active(true, false, 53).on(date(2026, 11, 18)),
    ];
    assert_eq!(
        lines(&ask(&facts, ReportName::Retention, &from_november()).await),
        [
            "2026-11-02,0,4,4,1,,,",
            "2026-11-02,1,4,3,0.75,,,",
            "2026-11-02,2,4,1,0.25,,,",
            "2026-11-02,3,4,0,0,,,",
            "2026-11-16,0,2,2,1,,,",
            "2026-11-16,1,2,2,1,,,",
        ]
    );
}

#[tokio::test]
async fn weeks_are_counted_across_the_53rd_of_a_year() {
    let facts = [
        Fact::active(true, true, 0).on(date(2026, 12, 29)).times(2),
        Fact::active(true, false, 1).on(date(2027, 1, 4)),
    ];
    let query = Query::new("tool", date(2026, 12, 28), date(2027, 1, 11)).expect("a range");
    assert_eq!(
        lines(&ask(&facts, ReportName::Retention, &query).await),
        ["2026-12-28,0,2,2,1,,,", "2026-12-28,1,2,1,0.5,,,"]
    );
}

#[tokio::test]
async fn an_identifier_belongs_to_the_first_week_in_which_it_was_ever_seen() {
    let run =
        |installation, month, day| Fact::operation("fetch", "ok").installation(installation).on(date(2026, month, day));
    let facts = [
        // Seen before the range, so in no cohort of it.
        run(9, 10, 1),
        run(9, 11, 10),
        run(1, 11, 9),
        run(1, 11, 11),
        run(2, 11, 15),
        run(1, 11, 23),
    ];
    assert_eq!(
        lines(&ask(&facts, ReportName::Retention, &from_november()).await),
        ["2026-11-09,0,,,,2,2,1", "2026-11-09,1,,,,2,0,0", "2026-11-09,2,,,,2,1,0.5"]
    );
}
