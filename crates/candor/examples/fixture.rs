//! A tool that does nothing but telemetry: the tests run it as a real process, and its `bench` measures the SDK.

#![expect(clippy::disallowed_methods, reason = "a tool may look at its own variables")]

#[path = "fixture/crashes.rs"]
mod crashes;
#[path = "fixture/processes.rs"]
mod processes;
#[path = "fixture/user.rs"]
mod user;

use std::{
    env,
    io::{Read as _, Write as _},
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use candor::{
    Actives, Collect, Component, ConsentDeclaration, ConsentFlags, Count, Crash, Declaration, DefaultConsent, Entry,
    Field, Heartbeats, IdentityMode, Inspect, Level, Lifecycle, Messages, NonInteractive, Operation, Part, Question,
    Release, Shape, Telemetry, field,
};

enum Fetch {}
enum Collecting {}

const FETCH: Operation<Fetch> = Operation::declared(entry("fetch", Level::Stats));
const COLLECT: Part<Fetch, Collecting> = Part::declared("collect");
const RESOURCES: Field<Fetch, field::Bucket> = Field::declared("resources", Shape::Bucket(&[0, 10, 100, 1000]));
const TABLE: Field<Collecting, field::Name> = Field::declared(
    "table",
    Shape::Name { allowed: |byte| byte.is_ascii_lowercase(), max_length: 16, max_distinct: 2 },
);
const DRY_RUN: Field<Fetch, field::Bool> = Field::declared("dry_run", Shape::Plain);
const QUERIES: Count<Fetch> = Count::declared(Entry { slot: 0, ..entry("queries", Level::Stats) });
const EVENTS: Count<Fetch> = Count::declared(Entry { collect: Collect::Each, ..entry("events", Level::All) });
const PROVIDER: Component<Fetch> = Component::declared(entry("provider", Level::Stats));
const SERVER: Lifecycle<Fetch> = Lifecycle::declared(entry("server", Level::Stats));

const fn entry(name: &'static str, level: Level) -> Entry {
    let (collect, sample_per_million, slot) = (Collect::Aggregate, 1_000_000, Entry::NO_SLOT);
    Entry { name, level, collect, expired: false, sample_per_million, slot }
}

const TOOL: Declaration = Declaration {
    application: "fixture",
    endpoint: "http://127.0.0.1:9",
    write_key: "key",
    sentry_dsn: Some("http://crashes@127.0.0.1:9/7"),
    docs: "https://example.org/telemetry",
    consent: ConsentDeclaration {
        default: DefaultConsent::On,
        flags: &["--no-telemetry"],
        variables: &["FIXTURE_NO_TELEMETRY"],
        level_variable: Some("FIXTURE_TELEMETRY_LEVEL"),
        notice: "fixture records how it is used. See https://example.org/telemetry.\nTurn it off with --no-telemetry.",
        non_interactive: NonInteractive::Local,
        question: None,
    },
    identity: IdentityMode::None,
    database_id: true,
    upload_interval: Duration::from_secs(3600),
    inspect: Some(Inspect { flag: Some("--inspect-telemetry"), log: "fixture.log" }),
    crash: Some(Crash::declared(entry("crash", Level::Errors), Messages::Static)),
    actives: None,
    collects: &["count.events", "count.queries", "operation.fetch"],
    slots: 1,
    release: Release { version: "1.4.0", commit: Some("5f0c9e1"), built: Some("2026-11-20"), channel: None },
};
static DECLARATION: Declaration = TOOL;
/// The same tool as a server: its notice goes to the log.
static SERVER_DECLARATION: Declaration =
    Declaration { consent: ConsentDeclaration { non_interactive: NonInteractive::Notice, ..TOOL.consent }, ..TOOL };
/// The same tool when it asks first, and its next release.
static ASKING_DECLARATION: Declaration = Declaration {
    consent: ConsentDeclaration { default: DefaultConsent::Ask, question: Some(Question::declared()), ..TOOL.consent },
    ..TOOL
};
static ASKING_NEXT_DECLARATION: Declaration = Declaration {
    consent: ConsentDeclaration { default: DefaultConsent::Ask, question: Some(Question::declared()), ..TOOL.consent },
    collects: NEXT_DECLARATION.collects,
    release: NEXT_DECLARATION.release,
    ..TOOL
};
/// The same tool with an identity.
static IDENTIFIED_DECLARATION: Declaration =
    Declaration { identity: IdentityMode::Installation { file: ".fixture/telemetry-random-id" }, ..TOOL };
static ROTATING_DECLARATION: Declaration = Declaration { identity: IdentityMode::Rotating, ..TOOL };
/// The same, and it counts who uses it.
static COUNTING_DECLARATION: Declaration = COUNTING;
const COUNTING: Declaration = Declaration {
    actives: Some(Actives::declared(entry("active", Level::Stats), 6)),
    identity: IdentityMode::Installation { file: ".fixture/telemetry-random-id" },
    ..TOOL
};
/// A release that was built on a day that is yet to come, wherever the clock is right.
static AHEAD_DECLARATION: Declaration =
    Declaration { release: Release { built: Some("2999-01-01"), ..TOOL.release }, ..COUNTING };
/// A release that collects the same.
static PATCH_DECLARATION: Declaration = Declaration { release: Release { version: "1.4.1", ..TOOL.release }, ..TOOL };
/// A release that collects more.
static NEXT_DECLARATION: Declaration = Declaration {
    consent: ConsentDeclaration { notice: "fixture now records more.", ..TOOL.consent },
    collects: &["count.events", "count.queries", "operation.fetch", "operation.fetch.backend"],
    release: Release { version: "1.5.0", ..TOOL.release },
    ..TOOL
};

/// The same tool, whose manifest lets every message of a panic out.
static SCRUBBED_DECLARATION: Declaration =
    Declaration { crash: Some(Crash::declared(entry("crash", Level::Errors), Messages::Scrubbed)), ..TOOL };
/// The same tool, whose manifest does not speak of crashes.
static CRASHLESS_DECLARATION: Declaration = Declaration { crash: None, ..TOOL };

struct Flags {
    opts_out: bool,
    inspects: bool,
}

impl ConsentFlags for Flags {
    fn opted_out_by(&self) -> Option<&str> {
        self.opts_out.then_some("--no-telemetry")
    }

    fn inspects(&self) -> bool {
        self.inspects
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    // A helper is started without arguments, but with the variable that says which release it belongs to.
    let is = |flag: &str| has(flag) || env::var_os("FIXTURE_RELEASE").is_some_and(|release| release == flag);
    let declaration = match () {
        () if is("--server") => &SERVER_DECLARATION,
        () if is("--asking") => &ASKING_DECLARATION,
        () if is("--asking-next") => &ASKING_NEXT_DECLARATION,
        () if is("--identified") => &IDENTIFIED_DECLARATION,
        () if is("--rotating") => &ROTATING_DECLARATION,
        () if is("--counting") => &COUNTING_DECLARATION,
        () if is("--ahead") => &AHEAD_DECLARATION,
        () if is("--patch") => &PATCH_DECLARATION,
        () if is("--next") => &NEXT_DECLARATION,
        () if is("--scrubbed") => &SCRUBBED_DECLARATION,
        () if is("--crashless") => &CRASHLESS_DECLARATION,
        () => &DECLARATION,
    };
    if has("waiting") || has("kept") {
        return lines(declaration, has("waiting"));
    }
    if has("--hook") {
        crashes::hook();
    }
    let flags = Flags { opts_out: has("--no-telemetry"), inspects: has("--inspect-telemetry") };
    if has("telemetry") {
        return user::answer(declaration, &flags, &arguments, has("--json"));
    }
    let telemetry = if has("--json") {
        Telemetry::start(declaration, &candor::Quiet(&flags))
    } else {
        Telemetry::start(declaration, &flags)
    };
    let words: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| !word.starts_with("--")).collect();
    match words.as_slice() {
        ["fetch", how] => fetch(&telemetry, how),
        ["count", times] => count(&telemetry, QUERIES, times),
        ["event", times] => count(&telemetry, EVENTS, times),
        ["count-aloud", times] => count_aloud(&telemetry, times),
        ["panic", how] => crashes::panic(&telemetry, how),
        ["error", how] => crashes::error(&telemetry, how),
        ["fork"] => processes::fork(&telemetry),
        ["fork-among-threads"] => processes::fork_among_threads(&telemetry),
        ["fork-under-way", who_ends] => processes::fork_under_way(&telemetry, who_ends),
        ["fork-and-read"] => processes::fork_and_read(&telemetry, declaration),
        ["exec"] => processes::exec(&telemetry),
        ["tell"] => crashes::tell(&telemetry),
        ["serve"] => serve(&telemetry),
        ["send"] => send(&telemetry),
        ["status"] => status(declaration, &flags),
        ["bench"] => bench(declaration, &flags),
        ["nothing"] => ExitCode::SUCCESS,
        _ => ExitCode::from(2),
    }
}

fn fetch(telemetry: &Telemetry, how: &str) -> ExitCode {
    telemetry.component(PROVIDER, "processes", "0.3.1");
    let mut run = telemetry.operation(FETCH);
    run.set(RESOURCES, 120);
    run.set(DRY_RUN, false);
    thread::scope(|scope| {
        for table in ["alpha", "beta", "gamma"] {
            let mut part = run.part(COLLECT);
            part.set(TABLE, table);
            scope.spawn(move || part.finish(&Ok::<(), ()>(())));
        }
    });
    match how {
        "ok" => run.finish(&Ok::<(), ()>(())),
        "fail" => run.finish_as(&Err::<(), _>("secret text"), |_| "refused"),
        "cancel" => ExitCode::from(3),
        "panic" => panic!("as the test wants it"),
        "exit" => {
            run.finish(&Ok::<(), ()>(()));
            exit_now()
        }
        "until-input-ends" => {
            let result = std::io::stdin().read_to_end(&mut Vec::new());
            run.finish(&result)
        }
        "leave" => exit_now(),
        "hang" => loop {
            thread::park();
        },
        _ => ExitCode::from(2),
    }
}

#[expect(clippy::exit, reason = "a tool may do this, and the test wants to see what becomes of its records")]
fn exit_now() -> ExitCode {
    std::process::exit(7)
}

#[expect(clippy::print_stdout, reason = "this is the tool's own output")]
fn lines(declaration: &Declaration, waits: bool) -> ExitCode {
    candor::__lines(declaration, waits).into_iter().flatten().for_each(|line| println!("{line}"));
    ExitCode::SUCCESS
}

fn count(telemetry: &Telemetry, count: Count<Fetch>, times: &str) -> ExitCode {
    for _ in 0..times.parse().unwrap_or(0) {
        telemetry.count(count);
    }
    ExitCode::SUCCESS
}

/// Says so, by one byte, after each count.
fn count_aloud(telemetry: &Telemetry, times: &str) -> ExitCode {
    let mut out = std::io::stdout();
    for _ in 0..times.parse().unwrap_or(0) {
        telemetry.count(QUERIES);
        if out.write_all(b".").and_then(|()| out.flush()).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Until standard input ends.
fn serve(telemetry: &Telemetry) -> ExitCode {
    let heartbeats = Heartbeats::new(Duration::from_millis(50), Duration::from_secs(3600));
    let _instance = telemetry.lifecycle_with(SERVER, heartbeats);
    match std::io::stdin().read_to_end(&mut Vec::new()) {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

#[expect(clippy::print_stdout, reason = "this is the tool's own output")]
fn send(telemetry: &Telemetry) -> ExitCode {
    match telemetry.send_now() {
        Ok(sent) => println!("sent {}, gave up {}", sent.records, sent.given_up),
        Err(error) => println!("{error}"),
    }
    ExitCode::SUCCESS
}

#[expect(clippy::print_stdout, reason = "this is the tool's own output")]
fn status(declaration: &Declaration, flags: &Flags) -> ExitCode {
    let decision = candor::consent_status(declaration, flags);
    println!("{} by {}", decision.level, decision.decided_by);
    ExitCode::SUCCESS
}

/// Added to by turns with a count, to see how fast the machine is at that moment.
static ADDED: AtomicU64 = AtomicU64::new(0);

/// What the SDK costs its tool; on a busy machine the least says more than the median; run with `--release`, an empty `CANDOR_HOME` and level `stats`.
#[expect(clippy::print_stdout, reason = "this is the tool's own output")]
fn bench(declaration: &'static Declaration, flags: &Flags) -> ExitCode {
    let mut starts = Vec::new();
    let mut operations = Vec::new();
    for _ in 0..400 {
        let before = Instant::now();
        let telemetry = Telemetry::start(declaration, flags);
        starts.push(before.elapsed());
        for _ in 0..5 {
            let before = Instant::now();
            let mut run = telemetry.operation(FETCH);
            run.set(RESOURCES, 120);
            run.finish(&Ok::<(), ()>(()));
            operations.push(before.elapsed());
        }
        // Without the end of a run, which would start a helper.
        std::mem::forget(telemetry);
    }
    // Without the hooks of all of these, and without messages.
    std::panic::set_hook(Box::new(|_| {}));
    let telemetry = Telemetry::start(declaration, flags);
    let (mut one, mut two, mut one_addition, mut two_additions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let count = || telemetry.count(QUERIES);
    // What the machine can do at this moment, beside what is measured: neighbours slow down both.
    let add = || {
        ADDED.fetch_add(1, Ordering::Relaxed);
    };
    for _ in 0..21 {
        one_addition.push(of_one(&add));
        one.push(of_one(&count));
        two_additions.push(of_one_by_two(&add));
        two.push(of_one_by_two(&count));
    }
    crashes::bench(&telemetry);
    std::mem::forget(telemetry);
    for (name, mut times) in [
        ("start", starts),
        ("operation", operations),
        ("an addition in a static", one_addition),
        ("count", one),
        ("an addition in a static, two threads", two_additions),
        ("count, two threads", two),
    ] {
        times.sort_unstable();
        let (least, median, p95) = (times[0], times[times.len() / 2], times[times.len() * 95 / 100]);
        println!("{name}: least {least:?}, median {median:?}, p95 {p95:?}");
    }
    ExitCode::SUCCESS
}

fn of_one(work: &impl Fn()) -> Duration {
    const TIMES: u32 = 200_000;
    let before = Instant::now();
    (0..TIMES).for_each(|_| work());
    before.elapsed() / TIMES
}

/// By two threads at once.
fn of_one_by_two(work: &(impl Fn() + Sync)) -> Duration {
    thread::scope(|scope| {
        let threads = [(); 2].map(|()| scope.spawn(|| of_one(work)));
        threads.into_iter().filter_map(|thread| thread.join().ok()).max().unwrap_or_default()
    })
}
