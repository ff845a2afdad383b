use candor_report::{Cell, ReportName};
use jiff::civil::date;

use crate::facts::{Fact, ask, lines, two_weeks};

const HOUR: u64 = 3_600_000_000;

#[tokio::test]
async fn an_instance_is_long_running_from_its_first_heartbeat_on_and_once() {
    let day = |day| date(2026, 11, day);
    let facts = [
        Fact::lifecycle("started", "instance").on(day(19)).times(4),
        Fact::lifecycle("heartbeat", "instance").micros(HOUR).on(day(19)).times(3),
        Fact::lifecycle("stopped", "instance").micros(63).on(day(19)),
        Fact::lifecycle("heartbeat", "instance").micros(25 * HOUR).on(day(20)).times(2),
        Fact::lifecycle("started", "worker").on(day(20)),
        Fact::operation("job collect", "ok").micros(7).on(day(20)),
    ];
    let report = ask(&facts, ReportName::Uptime, &two_weeks()).await;
    assert_eq!(
        lines(&report),
        ["2026-11-19,instance,4,3,0.75,3,1,63", "2026-11-20,instance,0,0,,2,0,", "2026-11-20,worker,1,0,0,0,0,",]
    );
    assert_eq!(report.total("started"), Some(&Cell::Count(5)));
    assert_eq!(report.total("long_running"), Some(&Cell::Count(3)));
    assert_eq!(report.total("heartbeats"), Some(&Cell::Count(5)));
}
