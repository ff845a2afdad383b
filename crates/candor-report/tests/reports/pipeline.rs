use candor_report::{Filter, Outcome};

use crate::facts::{ask_pipeline, lines, two_weeks};

/// 2026-11-20.
const DAY: i32 = 20_777;

fn ended(day: i32, outcome: &str, reason: &str, count: i64) -> Outcome {
    Outcome { day, outcome: outcome.to_owned(), reason: reason.to_owned(), count }
}

#[tokio::test]
async fn items_are_listed_by_how_they_ended_and_why() {
    let outcomes = [
        ended(DAY, "accepted", "", 6),
        ended(DAY + 1, "accepted", "", 1),
        ended(DAY, "dropped", "undeclared_event", 2),
        ended(DAY, "dropped", "undeclared_property:user", 50),
        ended(DAY, "duplicate", "", 1),
        ended(DAY, "rejected", "malformed", 9),
        ended(DAY - 100, "rejected", "long_ago", 9),
    ];
    let report = ask_pipeline(&outcomes, &two_weeks()).await;
    assert_eq!(
        lines(&report),
        [
            "accepted,,7,0.7,2026-11-20,2026-11-21",
            "dropped,undeclared_property:user,50,,2026-11-20,2026-11-20",
            "dropped,undeclared_event,2,0.2,2026-11-20,2026-11-20",
            "duplicate,,1,0.1,2026-11-20,2026-11-20",
            "rejected,malformed,9,,2026-11-20,2026-11-20",
        ]
    );
}

#[tokio::test]
async fn filters_do_not_apply_and_the_note_says_so() {
    let query = two_weeks().with_filter(Filter::parse("os", "linux").expect("a filter"));
    let report = ask_pipeline(&[ended(DAY, "accepted", "", 6)], &query).await;
    assert_eq!(lines(&report), ["accepted,,6,1,2026-11-20,2026-11-20"]);
    assert!(report.notes.iter().any(|note| note.starts_with("Filters do not apply")), "{:?}", report.notes);
}
