use candor_report::ReportName;
use jiff::civil::date;

use crate::facts::{Fact, ask, lines, two_weeks};

#[tokio::test]
async fn each_release_has_its_types_and_how_many_runs_were_free_of_them() {
    let panic = |kind, version| Fact::crash(kind).version(version);
    let run = |version| Fact::operation("fetch", "ok").version(version);
    let facts = [
        run("1.9.0").times(100).installation(1),
        run("1.9.0").times(100).installation(2),
        run("1.10.0").times(20),
        run("1.11.0").times(50),
        panic("IndexOutOfBounds", "1.9.0").times(2).installation(1).on(date(2026, 11, 12)),
        panic("SIGSEGV", "1.9.0").installation(1).on(date(2026, 11, 18)),
        panic("SIGSEGV", "1.10.0").on(date(2026, 11, 22)),
        panic("SIGSEGV", "dev"),
        Fact::error("database").version("1.9.0").times(1000).installation(2),
    ];
    assert_eq!(
        lines(&ask(&facts, ReportName::Crashes, &two_weeks()).await),
        [
            "1.10.0,,1,20,0.95,,,2026-11-22,2026-11-22",
            "1.10.0,SIGSEGV,1,20,0.95,,,2026-11-22,2026-11-22",
            "1.9.0,,3,200,0.985,1,0.5,2026-11-12,2026-11-18",
            "1.9.0,IndexOutOfBounds,2,200,0.99,1,0.5,2026-11-12,2026-11-12",
            "1.9.0,SIGSEGV,1,200,0.995,1,0.5,2026-11-18,2026-11-18",
            "dev,,1,0,,,,2026-11-20,2026-11-20",
            "dev,SIGSEGV,1,0,,,,2026-11-20,2026-11-20",
        ]
    );
}
