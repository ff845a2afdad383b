//! Just enough of HTTP/1.1 to be a server for a client that is under test.

use std::io::{self, BufRead, Read as _};

use flate2::read::GzDecoder;
use serde_json::Value;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    /// Such as `POST`.
    pub method: String,
    /// Such as `/v1/batch`.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, inflated.
    pub body: String,
    /// The size of the body on the wire.
    pub wire_bytes: usize,
    /// The status that it was answered with; 0 for none.
    pub status: u16,
}

impl Request {
    /// The value of a header; the name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The items of the batch in the body.
    ///
    /// # Panics
    /// When the body is no batch.
    #[must_use]
    pub fn items(&self) -> Vec<Value> {
        let body: Value = serde_json::from_str(&self.body).expect("the body is JSON");
        body["batch"].as_array().expect("the body has a batch").clone()
    }

    /// Whether it is a batch of usage.
    #[must_use]
    pub fn is_batch(&self) -> bool {
        self.path.ends_with("/v1/batch")
    }

    /// The event in the envelope in the body, read as Sentry reads it: a line for the envelope, a line for the item with
    /// its length, and as many bytes.
    ///
    /// # Panics
    /// When the body is no envelope with one event.
    #[must_use]
    pub fn event(&self) -> Value {
        let line = |text: &str| -> Value { serde_json::from_str(text).expect("a line of an envelope is JSON") };
        let (header, rest) = self.body.split_once('\n').expect("an envelope has a header");
        let (item, rest) = rest.split_once('\n').expect("an envelope has an item");
        let (header, item) = (line(header), line(item));
        let length = item["length"].as_u64().expect("an item has a length") as usize;
        let event = line(&rest[..length]);
        assert_eq!((&item["type"], &rest[length..]), (&Value::from("event"), "\n"), "one event and nothing behind it");
        assert_eq!(header["event_id"], event["event_id"], "the envelope says which event it is");
        event
    }

    /// Reads one request; `None` when the client has closed the connection.
    pub(crate) fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut request = Self { method, path, headers, body: String::new(), wire_bytes: 0, status: 0 };
        let length = request.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut bytes = vec![0; length];
        stream.read_exact(&mut bytes)?;
        request.wire_bytes = length;
        if request.header("content-encoding") == Some("gzip") {
            let mut inflated = String::new();
            #[expect(clippy::disallowed_methods, reason = "what the test's own tool sent is trusted")]
            let mut decoder = GzDecoder::new(bytes.as_slice());
            decoder.read_to_string(&mut inflated)?;
            request.body = inflated;
        } else {
            request.body = String::from_utf8_lossy(&bytes).into_owned();
        }
        Ok(Some(request))
    }
}
