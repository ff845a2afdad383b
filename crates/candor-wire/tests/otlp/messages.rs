//! The protocol's messages, written by another implementation of protobuf: what is sent in these tests is not what the decoder
//! believes, but what opentelemetry-proto's files say.

use prost::{Message, Oneof};

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Value {
    #[prost(oneof = "AnyValue", tags = "1, 2, 3, 4, 5, 6, 7")]
    pub(crate) value: Option<AnyValue>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum AnyValue {
    #[prost(string, tag = "1")]
    Text(String),
    #[prost(bool, tag = "2")]
    Bool(bool),
    #[prost(int64, tag = "3")]
    Int(i64),
    #[prost(double, tag = "4")]
    Double(f64),
    #[prost(message, tag = "5")]
    Array(Array),
    #[prost(message, tag = "6")]
    Object(Object),
    #[prost(bytes, tag = "7")]
    Bytes(Vec<u8>),
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Array {
    #[prost(message, repeated, tag = "1")]
    pub(crate) values: Vec<Value>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Object {
    #[prost(message, repeated, tag = "1")]
    pub(crate) values: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct KeyValue {
    #[prost(string, tag = "1")]
    pub(crate) key: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) value: Option<Value>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Resource {
    #[prost(message, repeated, tag = "1")]
    pub(crate) attributes: Vec<KeyValue>,
}

macro_rules! requests {
    ($($request:ident, $of_resource:ident, $of_scope:ident, $entry:ident;)+) => {
        $(#[derive(Clone, PartialEq, Message)]
        pub(crate) struct $request {
            #[prost(message, repeated, tag = "1")]
            pub(crate) resources: Vec<$of_resource>,
        }

        #[derive(Clone, PartialEq, Message)]
        pub(crate) struct $of_resource {
            #[prost(message, optional, tag = "1")]
            pub(crate) resource: Option<Resource>,
            #[prost(message, repeated, tag = "2")]
            pub(crate) scopes: Vec<$of_scope>,
            #[prost(string, tag = "3")]
            pub(crate) schema_url: String,
        }

        #[derive(Clone, PartialEq, Message)]
        pub(crate) struct $of_scope {
            #[prost(message, repeated, tag = "2")]
            pub(crate) entries: Vec<$entry>,
        })+
    };
}

requests! {
    LogsRequest, ResourceLogs, ScopeLogs, LogRecord;
    TraceRequest, ResourceSpans, ScopeSpans, Span;
    MetricsRequest, ResourceMetrics, ScopeMetrics, Metric;
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct LogRecord {
    #[prost(fixed64, tag = "1")]
    pub(crate) nanos: u64,
    #[prost(fixed64, tag = "11")]
    pub(crate) observed_nanos: u64,
    #[prost(int32, tag = "2")]
    pub(crate) severity: i32,
    #[prost(string, tag = "3")]
    pub(crate) severity_text: String,
    #[prost(message, optional, tag = "5")]
    pub(crate) body: Option<Value>,
    #[prost(message, repeated, tag = "6")]
    pub(crate) attributes: Vec<KeyValue>,
    #[prost(fixed32, tag = "8")]
    pub(crate) flags: u32,
    #[prost(bytes, tag = "9")]
    pub(crate) trace_id: Vec<u8>,
    #[prost(bytes, tag = "10")]
    pub(crate) span_id: Vec<u8>,
    #[prost(string, tag = "12")]
    pub(crate) event_name: String,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Span {
    #[prost(bytes, tag = "1")]
    pub(crate) trace_id: Vec<u8>,
    #[prost(bytes, tag = "2")]
    pub(crate) span_id: Vec<u8>,
    #[prost(string, tag = "3")]
    pub(crate) trace_state: String,
    #[prost(bytes, tag = "4")]
    pub(crate) parent_id: Vec<u8>,
    #[prost(string, tag = "5")]
    pub(crate) name: String,
    #[prost(int32, tag = "6")]
    pub(crate) kind: i32,
    #[prost(fixed64, tag = "7")]
    pub(crate) start_nanos: u64,
    #[prost(fixed64, tag = "8")]
    pub(crate) end_nanos: u64,
    #[prost(message, repeated, tag = "9")]
    pub(crate) attributes: Vec<KeyValue>,
    #[prost(message, repeated, tag = "11")]
    pub(crate) events: Vec<Event>,
    #[prost(message, optional, tag = "15")]
    pub(crate) status: Option<Status>,
    #[prost(fixed32, tag = "16")]
    pub(crate) flags: u32,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Event {
    #[prost(fixed64, tag = "1")]
    pub(crate) nanos: u64,
    #[prost(string, tag = "2")]
    pub(crate) name: String,
    #[prost(message, repeated, tag = "3")]
    pub(crate) attributes: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Status {
    #[prost(string, tag = "2")]
    pub(crate) message: String,
    #[prost(int32, tag = "3")]
    pub(crate) code: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Metric {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(string, tag = "3")]
    pub(crate) unit: String,
    #[prost(message, optional, tag = "5")]
    pub(crate) gauge: Option<Sum>,
    #[prost(message, optional, tag = "7")]
    pub(crate) sum: Option<Sum>,
}

/// A gauge has the points alone.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Sum {
    #[prost(message, repeated, tag = "1")]
    pub(crate) points: Vec<Point>,
    #[prost(int32, tag = "2")]
    pub(crate) temporality: i32,
    #[prost(bool, tag = "3")]
    pub(crate) is_monotonic: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Point {
    #[prost(fixed64, tag = "2")]
    pub(crate) start_nanos: u64,
    #[prost(fixed64, tag = "3")]
    pub(crate) nanos: u64,
    #[prost(sfixed64, optional, tag = "6")]
    pub(crate) int: Option<i64>,
    #[prost(message, repeated, tag = "7")]
    pub(crate) attributes: Vec<KeyValue>,
    #[prost(fixed32, tag = "8")]
    pub(crate) flags: u32,
}
