//! `$exception` events become crash reports.

use candor_wire::{Event, Kind, sentry::Level};

use super::events;

fn exception(properties: &str) -> Event {
    let id = "7319245C-fd4d-4b54-a793-6641586a3a52";
    events(&format!(r#"{{"event":"$exception","uuid":"{id}","properties":{{{properties}}}}}"#)).remove(0).unwrap()
}

#[test]
fn the_thrown_exception_is_the_record_and_its_causes_come_before_it_in_the_report() {
    let event = exception(
        r#""$lib":"posthog-python","$app_version":"1.4.0","command":"sync","$exception_list":[
            {"type":"Outer","value":"no","mechanism":{"type":"generic","handled":true},"stacktrace":{"frames":[
                {"function":"main","filename":"a.py","abs_path":"/home/ada/a.py","lineno":3,"in_app":true,
                 "context_line":"secret()","pre_context":["x"],"vars":{"password":"hunter2"}},
                {"function":"fetch","module":"m","lineno":9}]}},
            {"type":"Cause","stacktrace":{"frames":[{"function":"other"}]}}]"#,
    );
    let record = &event.record;
    assert_eq!(
        (record.kind, record.name.as_str(), record.error_class.as_deref()),
        (Kind::Error, "Outer", Some("Outer"))
    );
    assert_eq!((record.attributes.len(), record.environment.version.as_deref()), (1, Some("1.4.0")));
    let report = event.report.unwrap();
    let classes: Vec<_> = report.exceptions.iter().map(|exception| exception.class.as_str()).collect();
    assert_eq!(classes, ["Cause", "Outer"]);
    let functions: Vec<_> = report.frames.iter().map(|frame| frame.function.as_deref().unwrap()).collect();
    assert_eq!(functions, ["main", "fetch"], "the stack of what was thrown, the innermost call last");
    assert_eq!((report.event_id.as_str(), report.platform.as_str()), ("7319245cfd4d4b54a7936641586a3a52", "python"));
    assert_eq!((report.environment.version.as_deref(), report.level), (Some("1.4.0"), Level::Error));
    let said = format!("{report:?}");
    assert!(!said.contains("secret") && !said.contains("hunter2") && !said.contains("ada"), "{said}");
}

#[test]
fn a_file_is_named_without_the_directories_that_lead_to_it() {
    for (filename, kept) in [
        ("/srv/of-ada/a.js", "a.js"),
        ("file:///srv/of-ada/a.js", "a.js"),
        ("C:\\\\of-ada\\\\a.js", "a.js"),
        ("~/of-ada/a.js", "a.js"),
        ("src/fetch/a.js", "src/fetch/a.js"),
    ] {
        let frames = format!(r#"{{"frames":[{{"filename":"{filename}","abs_path":"/srv/of-ada/a.js"}}]}}"#);
        let event = exception(&format!(r#""$exception_list":[{{"type":"E","stacktrace":{frames}}}]"#));
        let report = candor_wire::sentry::encode_event(&event.report.unwrap());
        assert!(
            report.contains(&format!("\"filename\":\"{kept}\"")) && !report.contains("ada"),
            "{filename}: {report}"
        );
    }
}

#[test]
fn what_nobody_handled_or_what_is_fatal_is_a_crash() {
    let kind = |handled: &str, level: &str| {
        let list = format!(r#"[{{"type":"E","mechanism":{{"type":"m"{handled}}}}}]"#);
        exception(&format!(r#""$exception_level":"{level}","$exception_list":{list}"#)).record.kind
    };
    assert_eq!(kind(r#","handled":false"#, "error"), Kind::Crash);
    assert_eq!(kind(r#","handled":true"#, "error"), Kind::Error);
    assert_eq!(kind("", "info"), Kind::Error);
    assert_eq!(kind("", "fatal"), Kind::Crash);
}

#[test]
fn an_exception_without_a_list_is_one_all_the_same() {
    let event = exception(r#""$exception_type":"TypeError","$exception_message":"x is not a function""#);
    assert_eq!(event.record.name, "TypeError");
    assert_eq!(event.report.unwrap().exceptions[0].value.as_deref(), Some("x is not a function"));
    for odd in ["", r#""$exception_list":7"#, r#""$exception_list":[null,[]],"$debug_images":{}"#] {
        assert_eq!(exception(odd).record.name, "unknown", "{odd}");
    }
}

#[test]
fn what_is_too_much_never_costs_the_exception() {
    let properties: Vec<_> = (0..200).map(|i| format!("\"p{i}\":{i}")).collect();
    let list: Vec<_> = (0..50).map(|i| format!(r#"{{"type":"E{i}"}}"#)).collect();
    let long = "é".repeat(5000);
    let event = exception(&format!(
        r#"{},"$exception_list":[{{"type":"{long}","value":"{long}"}},{}]"#,
        properties.join(","),
        list.join(",")
    ));
    assert_eq!((event.record.name.len(), event.record.attributes.len()), (200, 128));
    let report = event.report.unwrap();
    assert_eq!((report.exceptions.len(), report.exceptions[0].class.as_str()), (20, "E18"));
    assert_eq!(report.exceptions[19].value.as_ref().unwrap().len(), 4096);
}

#[test]
fn programs_and_libraries_of_native_clients_are_kept() {
    let report = exception(
        r#""$exception_list":[{"type":"SIGSEGV","stacktrace":{"frames":[{"instruction_addr":"0x1010"}]}}],
           "$debug_images":[{"type":"elf","debug_id":"e565bc7e-2b2f-a4be-98b4-040fa92f7238","image_addr":"0x1000"}]"#,
    )
    .report
    .unwrap();
    assert_eq!((report.frames[0].instruction_addr, report.images[0].image_addr), (Some(0x1010), Some(0x1000)));
}
