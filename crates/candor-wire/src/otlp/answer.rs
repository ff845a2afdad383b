//! What a client is answered: an `Export…ServiceResponse`, which is empty where everything was taken.

use super::{Encoding, Signal};
use crate::json::Object;

/// Bytes of length-delimited field 1, of a varint in field 1, and of length-delimited field 2.
const PARTIAL_SUCCESS: u8 = 0x0a;
const COUNT: u8 = 0x08;
const MESSAGE: u8 = 0x12;

/// The items of a request that were not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// How many.
    pub count: u64,
    /// Why, for whoever runs the client.
    pub message: String,
}

impl Rejected {
    /// The body of the answer to a request of this signal, in the encoding of that request.
    #[must_use]
    pub fn encode(&self, signal: Signal, encoding: Encoding) -> Vec<u8> {
        match encoding {
            Encoding::Protobuf if self.count == 0 => Vec::new(),
            Encoding::Protobuf => self.protobuf(),
            Encoding::Json => self.json(signal).into_bytes(),
        }
    }

    /// `{ 1: { 1: count, 2: message } }`, which is the same for all signals.
    fn protobuf(&self) -> Vec<u8> {
        let mut inner = vec![COUNT];
        varint(&mut inner, self.count);
        inner.push(MESSAGE);
        varint(&mut inner, self.message.len() as u64);
        inner.extend_from_slice(self.message.as_bytes());
        let mut out = vec![PARTIAL_SUCCESS];
        varint(&mut out, inner.len() as u64);
        out.append(&mut inner);
        out
    }

    fn json(&self, signal: Signal) -> String {
        let name = match signal {
            Signal::Logs => "rejectedLogRecords",
            Signal::Metrics => "rejectedDataPoints",
            Signal::Traces => "rejectedSpans",
        };
        let mut out = String::new();
        let mut answer = Object::begin(&mut out);
        if self.count > 0 {
            let mut partial = Object::begin(answer.member("partialSuccess"));
            // Whole numbers of 64 bits are texts in protobuf's JSON.
            partial.text(name, &self.count.to_string());
            partial.text("errorMessage", &self.message);
            partial.end();
        }
        answer.end();
        out
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;

    #[derive(Message)]
    struct Response {
        #[prost(message, optional, tag = "1")]
        partial_success: Option<PartialSuccess>,
    }

    #[derive(Message)]
    struct PartialSuccess {
        #[prost(int64, tag = "1")]
        rejected: i64,
        #[prost(string, tag = "2")]
        error_message: String,
    }

    #[test]
    fn what_was_not_kept_is_said_in_the_encoding_of_the_request() {
        let rejected = Rejected { count: 300, message: "not_kept: 300".to_owned() };
        let read = Response::decode(&*rejected.encode(Signal::Logs, Encoding::Protobuf)).expect("protobuf");
        let partial = read.partial_success.expect("a partial success");
        assert_eq!((partial.rejected, partial.error_message.as_str()), (300, "not_kept: 300"));
        for (signal, name) in [
            (Signal::Logs, "rejectedLogRecords"),
            (Signal::Metrics, "rejectedDataPoints"),
            (Signal::Traces, "rejectedSpans"),
        ] {
            let json = String::from_utf8(rejected.encode(signal, Encoding::Json)).expect("text");
            assert_eq!(json, format!(r#"{{"partialSuccess":{{"{name}":"300","errorMessage":"not_kept: 300"}}}}"#));
        }
    }

    #[test]
    fn where_everything_was_kept_the_answer_is_empty() {
        let nothing = Rejected { count: 0, message: String::new() };
        assert_eq!(nothing.encode(Signal::Traces, Encoding::Protobuf), b"");
        assert_eq!(nothing.encode(Signal::Traces, Encoding::Json), b"{}");
    }
}
