use candor_report::ReportName;

use crate::facts::{Fact, ask, lines, two_weeks};

#[tokio::test]
async fn the_time_of_an_operation_is_shared_out_among_its_parts_longest_first() {
    let facts = [
        Fact::part("fetch", "store").micros(10).times(2),
        Fact::part("fetch", "collect").micros(60),
        Fact::part("policy run", "evaluate").micros(5),
        // The same name in another operation is another part.
        Fact::part("policy run", "store").micros(15),
        Fact::operation("fetch", "ok").micros(63),
    ];
    let report = ask(&facts, ReportName::Parts, &two_weeks()).await;
    assert_eq!(
        lines(&report),
        [
            "fetch,collect,1,0,1,60,0.75,60,60,60,60",
            "fetch,store,2,0,1,20,0.25,10,10,10,10",
            "policy run,store,1,0,1,15,0.75,15,15,15,15",
            "policy run,evaluate,1,0,1,5,0.25,5,5,5,5",
        ]
    );
}

#[tokio::test]
async fn parts_without_durations_have_no_share_of_time() {
    let report = ask(&[Fact::part("fetch", "store")], ReportName::Parts, &two_weeks()).await;
    assert_eq!(lines(&report), ["fetch,store,1,0,1,,,,,,"], "not known is empty, not zero");
}
