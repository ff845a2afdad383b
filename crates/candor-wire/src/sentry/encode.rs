//! A crash report to an event.

use super::{CrashReport, Exception, Frame, Image, words};
use crate::{Environment, json};

/// The event as JSON, spelled as docs/wire.md says: one line, keys always in the same order, `event_id` first.
///
/// Files are named without the directories that lead to them from the root: an absolute path says where somebody works.
#[must_use]
pub fn encode_event(report: &CrashReport) -> String {
    let mut out = String::with_capacity(1024 + 192 * report.frames.len() + 192 * report.images.len());
    let mut event = json::Object::begin(&mut out);
    event.text("event_id", &report.event_id);
    event.plain("timestamp", format_args!("\"{}\"", report.time));
    event.text("platform", &report.platform);
    event.text("level", report.level.as_str());
    event.optional("release", report.release.as_deref());
    event.optional("transaction", report.transaction.as_deref());
    event.optional("message", report.message.as_deref());
    exceptions(&mut event, report);
    list(&mut event, "debug_meta", "images", &report.images, image);
    contexts(event.member("contexts"), &report.environment);
    tags(&mut event, &report.environment);
    if let Some(sdk) = &report.sdk {
        event.texts("sdk", &sdk.members());
    }
    event.end();
    out
}

/// The frames belong to the last exception. Where there is none, they are the stack of the thread that sends the event.
fn exceptions(event: &mut json::Object<'_>, report: &CrashReport) {
    let last = report.exceptions.len().saturating_sub(1);
    let exceptions: Vec<_> = report.exceptions.iter().enumerate().collect();
    list(event, "exception", "values", &exceptions, |object, (position, exception)| {
        let Exception { class, value, mechanism, handled } = exception;
        object.text("type", class);
        object.optional("value", value.as_deref());
        if mechanism.is_some() || handled.is_some() {
            let mut inner = json::Object::begin(object.member("mechanism"));
            inner.text("type", mechanism.as_deref().unwrap_or("generic"));
            inner.truth("handled", *handled);
            inner.end();
        }
        if *position == last {
            list(object, "stacktrace", "frames", &report.frames, frame);
        }
    });
    if report.exceptions.is_empty() {
        let threads: &[_] = if report.frames.is_empty() { &[] } else { &[()] };
        list(event, "threads", "values", threads, |object, ()| {
            object.plain("current", true);
            list(object, "stacktrace", "frames", &report.frames, frame);
        });
    }
}

/// `"OUTER": {"INNER": [{…}, …]}`, or nothing where there is no entry.
fn list<T>(
    object: &mut json::Object<'_>,
    outer: &str,
    inner: &str,
    entries: &[T],
    write: impl Fn(&mut json::Object<'_>, &T),
) {
    if entries.is_empty() {
        return;
    }
    let mut around = json::Object::begin(object.member(outer));
    let out = around.member(inner);
    for (position, entry) in entries.iter().enumerate() {
        out.push(if position == 0 { '[' } else { ',' });
        let mut object = json::Object::begin(out);
        write(&mut object, entry);
        object.end();
    }
    out.push(']');
    around.end();
}

fn frame(object: &mut json::Object<'_>, frame: &Frame) {
    object.optional("function", frame.function.as_deref());
    object.optional("module", frame.module.as_deref());
    object.optional("filename", named(frame.filename.as_deref().map(relative)));
    if let Some(line) = frame.line {
        object.plain("lineno", line);
    }
    object.truth("in_app", frame.in_app);
    address(object, "instruction_addr", frame.instruction_addr);
}

fn image(object: &mut json::Object<'_>, image: &Image) {
    object.text("type", &image.format);
    object.optional("code_id", image.code_id.as_deref());
    object.optional("debug_id", image.debug_id.as_deref());
    address(object, "image_addr", image.image_addr);
    if let Some(size) = image.image_size {
        object.plain("image_size", size);
    }
    object.optional("code_file", named(image.code_file.as_deref().map(base_name)));
}

fn contexts(out: &mut String, environment: &Environment) {
    let Environment { os, os_version, arch, runtime, .. } = environment;
    let mut contexts = json::Object::begin(out);
    let mut candor = json::Object::begin(contexts.member("candor"));
    candor.plain("format", words::FORMAT);
    candor.end();
    contexts.texts("os", &[("name", os.as_deref()), ("version", os_version.as_deref())]);
    contexts.texts("device", &[("arch", arch.as_deref())]);
    if let Some(runtime) = runtime {
        let (name, version) = runtime.split_once(' ').map_or((runtime.as_str(), None), |(n, v)| (n, Some(v)));
        contexts.texts("runtime", &[("name", Some(name)), ("version", version)]);
    }
    contexts.end();
}

/// What Sentry has no place for; every tag is a text.
fn tags(event: &mut json::Object<'_>, environment: &Environment) {
    let Environment { commit, built, channel, ci, container, interactive, agent, database, .. } = environment;
    let truth = |value: &Option<bool>| value.map(|value| if value { "true" } else { "false" });
    event.texts(
        "tags",
        &[
            (words::tag::COMMIT, commit.as_deref()),
            (words::tag::BUILT, built.as_deref()),
            (words::tag::CHANNEL, channel.as_deref()),
            (words::tag::CI, ci.as_deref()),
            (words::tag::CONTAINER, truth(container)),
            (words::tag::INTERACTIVE, truth(interactive)),
            (words::tag::AGENT, agent.as_deref()),
            (words::tag::DATABASE, database.as_deref()),
        ],
    );
}

fn address(object: &mut json::Object<'_>, name: &str, address: Option<u64>) {
    if let Some(address) = address {
        object.plain(name, format_args!("\"{address:#x}\""));
    }
}

/// The path as it is where it leads from the package, and only the file's name where it leads from the root.
fn relative(path: &str) -> &str {
    let from_a_drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with(['/', '\\', '~']) || from_a_drive { base_name(path) } else { path }
}

fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// Nothing in the place of a name without a letter, such as that of a directory has: it would be read as none.
fn named(name: Option<&str>) -> Option<&str> {
    name.filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Timestamp,
        segment::Sdk,
        sentry::{EnvelopeHeader, Level, encode_envelope},
    };

    fn report() -> CrashReport {
        let exception = |class: &str, value: &str| Exception {
            class: class.into(),
            value: Some(value.into()),
            ..Exception::default()
        };
        CrashReport {
            event_id: "5f0c9e1a0b1e4d56b0c85f0c9e1a0b1e".into(),
            time: Timestamp::from_micros(1_795_309_200_000_000),
            level: Level::Fatal,
            platform: "native".into(),
            message: None,
            exceptions: vec![
                exception("std::io::Error", "unexpected end of file"),
                Exception {
                    mechanism: Some("panic".into()),
                    handled: Some(false),
                    ..exception("panic", "the \"index\" is 3")
                },
            ],
            frames: vec![
                Frame { function: Some("main".into()), instruction_addr: Some(0x5564), ..Frame::default() },
                Frame {
                    function: Some("inventory::fetch::collect".into()),
                    module: Some("inventory".into()),
                    filename: Some("/home/jane/inventory/src/fetch.rs".into()),
                    line: Some(12),
                    in_app: Some(true),
                    instruction_addr: Some(u64::MAX),
                },
            ],
            images: vec![Image {
                format: "elf".into(),
                code_id: Some("7ebc65e5".into()),
                debug_id: Some("e565bc7e-2b2f-a4be-98b4-040fa92f7238".into()),
                image_addr: Some(0x5500),
                image_size: Some(4096),
                code_file: Some("/home/jane/bin/inventory".into()),
            }],
            environment: Environment { runtime: Some("python 3.11".into()), ..Environment::example() },
            transaction: Some("fetch".into()),
            release: Some("inventory@1.4.0".into()),
            sdk: Some(Sdk { name: "candor".into(), version: Some("0.1.0".into()) }),
        }
    }

    #[test]
    fn a_report_is_spelled_as_the_document_says() {
        let (report, dsn) = (report(), "https://key@crashes.example.org/1".parse().ok());
        let header = EnvelopeHeader { event_id: &report.event_id, sent_at: report.time, dsn: dsn.as_ref() };
        let envelope = encode_envelope(&header, &encode_event(&report));
        insta::assert_snapshot!(String::from_utf8_lossy(&envelope));
    }

    #[test]
    fn a_report_without_anything_is_still_an_event() {
        let report = CrashReport {
            exceptions: Vec::new(),
            images: Vec::new(),
            environment: Environment::default(),
            transaction: None,
            release: None,
            sdk: None,
            message: Some("nothing is known".into()),
            ..report()
        };
        let bare = CrashReport { frames: Vec::new(), ..report.clone() };
        insta::assert_snapshot!(format!("{}\n{}", encode_event(&bare), encode_event(&report)));
    }

    #[test]
    fn no_directory_of_the_machine_is_named() {
        for (path, named) in [
            ("src/fetch.rs", "src/fetch.rs"),
            ("./csu/libc-start.c", "./csu/libc-start.c"),
            ("/home/jane/src/fetch.rs", "fetch.rs"),
            ("C:\\Users\\jane\\fetch.rs", "fetch.rs"),
            ("\\\\server\\jane\\fetch.rs", "fetch.rs"),
            ("~jane/fetch.rs", "fetch.rs"),
            ("", ""),
        ] {
            assert_eq!(relative(path), named, "{path}");
        }
    }

    #[test]
    fn what_has_no_name_of_its_own_is_spelled_without_one() {
        let mut report = report();
        report.images[0].code_file = Some("/usr/lib/".into());
        report.frames.iter_mut().for_each(|frame| frame.filename = Some("/home/jane/".into()));
        let written = encode_event(&report);
        assert!(
            !written.contains("code_file") && !written.contains("filename") && !written.contains("jane"),
            "{written}"
        );
    }
}
