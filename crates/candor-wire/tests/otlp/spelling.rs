//! Protobuf and JSON say the same.

use candor_wire::otlp::{Encoding, Signal};
use proptest::prelude::*;
use prost::Message;
use serde_json::{Value as Json, json};

use super::{NANOS, messages::*, read};

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn value(value: &Value) -> Json {
    match &value.value {
        None => json!({}),
        Some(AnyValue::Text(text)) => json!({"stringValue": text}),
        Some(AnyValue::Bool(truth)) => json!({"boolValue": truth}),
        // Text or number: clients do both.
        Some(AnyValue::Int(number)) if number % 2 == 0 => json!({"intValue": number.to_string()}),
        Some(AnyValue::Int(number)) => json!({"intValue": number}),
        Some(AnyValue::Double(number)) => json!({"doubleValue": number}),
        Some(AnyValue::Array(array)) => {
            json!({"arrayValue": {"values": array.values.iter().map(self::value).collect::<Json>()}})
        }
        Some(AnyValue::Object(object)) => json!({"kvlistValue": {"values": attributes(&object.values)}}),
        Some(AnyValue::Bytes(_)) => json!({"bytesValue": "AAEC"}),
    }
}

fn attributes(list: &[KeyValue]) -> Json {
    let attribute = |KeyValue { key, value }: &KeyValue| json!({"key": key, "value": value.as_ref().map(self::value)});
    list.iter().map(attribute).collect()
}

fn log(log: &LogRecord) -> Json {
    json!({
        "timeUnixNano": log.nanos.to_string(), "observedTimeUnixNano": log.observed_nanos,
        "severityNumber": log.severity, "severityText": log.severity_text, "body": log.body.as_ref().map(value),
        "attributes": attributes(&log.attributes), "flags": log.flags, "eventName": log.event_name,
        "traceId": hexadecimal(&log.trace_id), "spanId": hexadecimal(&log.span_id).to_uppercase(),
    })
}

fn span(span: &Span) -> Json {
    let event = |event: &Event| json!({"name": event.name, "attributes": attributes(&event.attributes)});
    json!({
        "traceId": hexadecimal(&span.trace_id), "spanId": hexadecimal(&span.span_id),
        "parentSpanId": hexadecimal(&span.parent_id), "name": span.name, "kind": span.kind, "flags": span.flags,
        "startTimeUnixNano": span.start_nanos.to_string(), "endTimeUnixNano": span.end_nanos.to_string(),
        "attributes": attributes(&span.attributes), "events": span.events.iter().map(event).collect::<Json>(),
        "status": span.status.as_ref().map(|status| json!({"code": status.code, "message": status.message})),
    })
}

fn metric(metric: &Metric) -> Json {
    let point = |point: &Point| {
        json!({"startTimeUnixNano": point.start_nanos.to_string(), "timeUnixNano": point.nanos.to_string(),
            "asInt": point.int.map(|int| int.to_string()), "attributes": attributes(&point.attributes)})
    };
    let points = |sum: &Sum| sum.points.iter().map(point).collect::<Json>();
    let sum = |sum: &Sum| json!({"dataPoints": points(sum), "aggregationTemporality": sum.temporality, "isMonotonic": sum.is_monotonic});
    json!({"name": metric.name, "unit": metric.unit, "sum": metric.sum.as_ref().map(sum),
        "gauge": metric.gauge.as_ref().map(|gauge| json!({"dataPoints": points(gauge)}))})
}

fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(None),
        "\\PC{0,8}".prop_map(|text| Some(AnyValue::Text(text))),
        any::<bool>().prop_map(|truth| Some(AnyValue::Bool(truth))),
        any::<i64>().prop_map(|number| Some(AnyValue::Int(number))),
        // Quarters are what they are in decimals too.
        any::<i32>().prop_map(|number| Some(AnyValue::Double(f64::from(number) / 4.0))),
        Just(Some(AnyValue::Bytes(vec![0, 1, 2]))),
    ];
    scalar.prop_map(|value| Value { value }).prop_recursive(3, 12, 3, |inner| {
        let array = |values| Value { value: Some(AnyValue::Array(Array { values })) };
        let object = |values: Vec<(String, Value)>| {
            let values = values.into_iter().map(|(key, value)| KeyValue { key, value: Some(value) }).collect();
            Value { value: Some(AnyValue::Object(Object { values })) }
        };
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(array),
            prop::collection::vec(("[a-z\"]{0,3}", inner), 0..3).prop_map(object),
        ]
    })
}

fn any_attributes() -> impl Strategy<Value = Vec<KeyValue>> {
    let name = prop_oneof!["[a-c.]{0,3}", "exception.type", "error.type", "event.name", "user.id", "service.version"];
    let attribute = (name, prop::option::of(any_value())).prop_map(|(key, value)| KeyValue { key, value });
    prop::collection::vec(attribute, 0..5)
}

fn any_nanos() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(1), Just(u64::MAX), (NANOS - 1_000_000_000)..NANOS]
}

fn any_id() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![Just(Vec::new()), Just(vec![0; 8]), prop::collection::vec(1u8..4, 1)]
}

prop_compose! {
    fn any_log()(
        nanos in any_nanos(), observed_nanos in any_nanos(), severity in 0..25, attributes in any_attributes(),
        trace_id in any_id(), event_name in "[a-b]{0,2}",
    ) -> LogRecord {
        let body = Some(Value { value: Some(AnyValue::Text("a text".to_owned())) });
        LogRecord {
            nanos, observed_nanos, severity, attributes, span_id: trace_id.clone(), trace_id, event_name, body,
            severity_text: "WARN".to_owned(), flags: 1,
        }
    }
}

prop_compose! {
    fn any_span()(
        trace_id in any_id(), span_id in any_id(), parent_id in any_id(), name in "[a-b]{0,2}", kind in 0..6,
        start_nanos in any_nanos(), end_nanos in any_nanos(), attributes in any_attributes(), code in 0..3,
        events in prop::collection::vec(any_attributes(), 0..3), flags in prop_oneof![Just(0u32), Just(0x100), Just(0x300)],
    ) -> Span {
        let event = |attributes| Event { nanos: 1, name: "exception".to_owned(), attributes };
        let status = Some(Status { message: "a text".to_owned(), code });
        Span {
            trace_id, span_id, parent_id, name, kind, start_nanos, end_nanos, attributes, status, flags,
            events: events.into_iter().map(event).collect(), trace_state: "a=b".to_owned(),
        }
    }
}

prop_compose! {
    fn any_sum()(
        points in prop::collection::vec((any_nanos(), any_nanos(), prop::option::of(-1..3i64), any_attributes()), 0..3),
        temporality in 0..3, is_monotonic in any::<bool>(),
    ) -> Sum {
        let point = |(start_nanos, nanos, int, attributes)| Point { start_nanos, nanos, int, attributes, flags: 0 };
        Sum { points: points.into_iter().map(point).collect(), temporality, is_monotonic }
    }
}

prop_compose! {
    fn any_metric()(name in "[a-b]{0,2}", sum in prop::option::of(any_sum()), gauge in prop::option::of(any_sum())) -> Metric {
        let gauge = gauge.map(|gauge| Sum { temporality: 0, is_monotonic: false, ..gauge });
        Metric { name, unit: "1".to_owned(), sum, gauge }
    }
}

/// Both spellings of requests of one resource say the same.
macro_rules! said_alike {
    ($test:ident, $any:ident, $json:ident, $signal:ident, $names:expr, $request:ident, $resource:ident, $scope:ident) => {
        proptest! {
            #[test]
            fn $test(entries in prop::collection::vec($any(), 0..5), resource in any_attributes()) {
                let entry: Json = entries.iter().map($json).collect();
                let [resources, scopes, list] = $names;
                // The resource may come last in JSON.
                let json = json!({resources: [{scopes: [{list: entry}], "resource": {"attributes": attributes(&resource)}}]});
                let scopes = vec![$scope { entries }];
                let resource = Some(Resource { attributes: resource });
                let request = $request { resources: vec![$resource { resource, scopes, schema_url: "x".to_owned() }] };
                let protobuf = read(request.encode_to_vec(), Signal::$signal, Encoding::Protobuf);
                prop_assert_eq!(protobuf, read(json.to_string(), Signal::$signal, Encoding::Json));
            }
        }
    };
}

said_alike!(
    logs_say_the_same_in_both,
    any_log,
    log,
    Logs,
    ["resourceLogs", "scopeLogs", "logRecords"],
    LogsRequest,
    ResourceLogs,
    ScopeLogs
);
said_alike!(
    spans_say_the_same_in_both,
    any_span,
    span,
    Traces,
    ["resourceSpans", "scopeSpans", "spans"],
    TraceRequest,
    ResourceSpans,
    ScopeSpans
);
said_alike!(
    metrics_say_the_same_in_both,
    any_metric,
    metric,
    Metrics,
    ["resourceMetrics", "scopeMetrics", "metrics"],
    MetricsRequest,
    ResourceMetrics,
    ScopeMetrics
);

#[test]
fn the_encoding_is_what_the_content_type_says_or_what_the_body_looks_like() {
    for (content_type, body, encoding) in [
        (Some("application/x-protobuf"), "{", Encoding::Protobuf),
        (Some("Application/JSON; charset=utf-8"), "\n{", Encoding::Json),
        (Some("application/octet-stream"), "{}", Encoding::Json),
        (None, "\n\u{0}", Encoding::Protobuf),
        (None, "", Encoding::Protobuf),
    ] {
        assert_eq!(Encoding::of(content_type, body.as_bytes()), encoding, "{content_type:?} {body:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200), signal in 0..3usize, is_json in any::<bool>(),
    ) {
        let encoding = if is_json { Encoding::Json } else { Encoding::Protobuf };
        let _ = read(bytes, Signal::ALL[signal], encoding);
    }

    #[test]
    fn a_request_cut_or_changed_anywhere_is_read_or_refused_without_a_panic(
        entries in prop::collection::vec(any_span(), 0..4), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let resource = ResourceSpans { resource: None, scopes: vec![ScopeSpans { entries }], schema_url: String::new() };
        let mut body = TraceRequest { resources: vec![resource] }.encode_to_vec();
        if !body.is_empty() {
            let at = at.index(body.len());
            let _ = read(&body[..at], Signal::Traces, Encoding::Protobuf);
            body[at] = byte;
            let _ = read(&body, Signal::Traces, Encoding::Protobuf);
        }
    }
}
