//! Candor's own events: what is written is what is read.

use candor_wire::{
    Environment, Kind, Limits, Timestamp,
    segment::Sdk,
    sentry::{
        CrashReport, Endpoint, EnvelopeHeader, Exception, Frame, Image, Level, decode, encode_envelope, encode_event,
    },
};
use proptest::{collection::vec, option, prelude::*};

use super::{event, read, received};

fn text() -> impl Strategy<Value = String> {
    "\\PC{1,20}|[a-z_.]{1,12}|[\u{0}-\u{20}\"\\\\é😀]{1,8}"
}

/// A name without a directory, as files and their paths from the root are cut to one.
fn file() -> impl Strategy<Value = String> {
    "[a-z_.]{1,12}"
}

fn environment() -> impl Strategy<Value = Environment> {
    let truth = || option::of(any::<bool>());
    (vec(option::of(text()), 8), option::of("[a-z]{1,5}( [0-9.]{1,5})?"), truth(), truth(), option::of("[0-9a-f]{16}"))
        .prop_map(|(mut texts, runtime, container, interactive, database)| {
            let mut next = || texts.pop().flatten();
            Environment {
                version: None,
                commit: next(),
                built: next(),
                channel: next(),
                os: next(),
                os_version: next(),
                arch: next(),
                runtime,
                ci: next(),
                container,
                interactive,
                agent: next(),
                database,
            }
        })
}

fn exception() -> impl Strategy<Value = Exception> {
    let seen = option::of((text(), option::of(any::<bool>())));
    (text(), option::of(text()), seen).prop_map(|(class, value, seen)| {
        let (mechanism, handled) = seen.map_or((None, None), |(mechanism, handled)| (Some(mechanism), handled));
        Exception { class, value, mechanism, handled }
    })
}

fn frame() -> impl Strategy<Value = Frame> {
    (
        vec(option::of(text()), 2),
        option::of("src/[a-z]{1,5}"),
        option::of(any::<u32>()),
        option::of(any::<bool>()),
        option::of(any::<u64>()),
    )
        .prop_map(|(mut texts, filename, line, in_app, instruction_addr)| {
            let (function, module) = (texts.pop().flatten(), texts.pop().flatten());
            Frame { function, module, filename, line, in_app, instruction_addr }
        })
}

fn image() -> impl Strategy<Value = Image> {
    let size = option::of(0..i64::MAX as u64);
    (text(), option::of(text()), option::of(text()), option::of(any::<u64>()), size, option::of(file())).prop_map(
        |(format, code_id, debug_id, image_addr, image_size, code_file)| Image {
            format,
            code_id,
            debug_id,
            image_addr,
            image_size,
            code_file,
        },
    )
}

fn report() -> impl Strategy<Value = CrashReport> {
    let hundred_days = 100 * 86_400_000_000i64;
    let texts = (text(), option::of(text()), option::of(text()), option::of("[a-z]{1,5}@[0-9.]{1,5}"));
    let sdk = option::of((text(), option::of(text())).prop_map(|(name, version)| Sdk { name, version }));
    let lists = (vec(exception(), 0..4), vec(frame(), 0..4), vec(image(), 0..4));
    let levels = prop::sample::select(vec![Level::Error, Level::Fatal]);
    ("[0-9a-f]{32}", 0..hundred_days, levels, texts, sdk, lists, environment()).prop_map(
        |(event_id, age, level, (platform, message, transaction, release), sdk, lists, mut environment)| {
            let (exceptions, frames, images) = lists;
            environment.version = release.as_ref().map(|release| release.split_once('@').unwrap().1.to_owned());
            let time = Timestamp::from_micros(received().micros() - age);
            CrashReport {
                event_id,
                time,
                level,
                platform,
                message,
                exceptions,
                frames,
                images,
                environment,
                transaction,
                release,
                sdk,
            }
        },
    )
}

fn envelope(report: &CrashReport) -> Vec<u8> {
    let header = EnvelopeHeader { event_id: &report.event_id, sent_at: received(), dsn: None };
    encode_envelope(&header, &encode_event(report))
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_read(report in report()) {
        let decoded = read(envelope(&report), Endpoint::Envelope).unwrap();
        prop_assert_eq!(decoded.event_id.as_ref(), Some(&report.event_id));
        let item = decoded.items[0].clone().unwrap();
        prop_assert_eq!(&item.message_id, &report.event_id);
        let unhandled = report.exceptions.iter().any(|exception| exception.handled == Some(false));
        let is_crash = unhandled || report.level == Level::Fatal;
        prop_assert_eq!(item.record.kind, if is_crash { Kind::Crash } else { Kind::Error });
        prop_assert_eq!(&*item.record.environment, &report.environment);
        prop_assert_eq!(*item.report.unwrap(), report);
    }

    #[test]
    fn an_envelope_cut_off_inside_its_event_is_refused(report in report(), at in any::<prop::sample::Index>()) {
        let envelope = envelope(&report);
        let header = envelope.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let end = header + 1 + at.index(envelope.len() - header - 2);
        let error = decode(&envelope[..end], Endpoint::Envelope, received(), &Limits::default());
        // Cut off right behind the item's line, or before its length is known, it has an empty event or none.
        if let Ok(decoded) = error {
            prop_assert!(decoded.items.iter().all(Result::is_err), "at {}", end);
        }
    }
}

#[test]
fn a_later_format_is_dropped_and_the_words_of_another_are_its_own() {
    let dropped = event(r#""contexts":{"candor":{"format":2}}"#).unwrap_err();
    assert_eq!(dropped.code(), "unknown_format");
    let tags = r#""tags":{"ci":"none","container":"web-1","database":"00c0ffee00c0ffee"}"#;
    let foreign = event(tags).unwrap().record;
    assert_eq!((foreign.environment.ci.as_deref(), foreign.attributes.len()), (None, 3));
    let own = event(&format!(r#"{tags},"contexts":{{"candor":{{"format":1}}}}"#)).unwrap().record;
    assert_eq!((own.environment.ci.as_deref(), own.environment.container), (Some("none"), None));
    assert!(own.environment.database.is_some() && own.attributes.is_empty());
}

#[test]
fn an_error_that_the_own_sdk_reports_is_not_counted_again_by_its_report() {
    let count = |level: &str, format: &str| {
        let text = format!(r#""level":"{level}","exception":{{"values":[{{"type":"read"}}]}}{format}"#);
        event(&text).unwrap().record.count
    };
    let own = r#","contexts":{"candor":{"format":1}}"#;
    assert_eq!((count("error", own), count("fatal", own)), (0, 1));
    assert_eq!((count("error", ""), count("fatal", "")), (1, 1));
}
