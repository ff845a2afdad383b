#![no_main]
//! A form with a minidump, in pieces: it is the same whatever the pieces, and never more than a head is held. The first byte
//! is the length of a piece.

use candor_fuzz::{check_record, check_report, received};
use candor_wire::Limits;
use candor_wire::sentry::minidump::{ContentId, Fields, MinidumpHead, Multipart, MultipartError, Piece, UPLOAD_FIELD};
use candor_wire::sentry::native_crash;

/// The parts of a form: names, files and bytes.
type Parts = Vec<(String, Option<String>, Vec<u8>)>;

fn parts(body: &[u8], size: usize) -> Result<Parts, MultipartError> {
    let mut multipart = Multipart::of_content_type("multipart/form-data; boundary=B").expect("a boundary");
    let mut parts = Parts::new();
    for piece in body.chunks(size) {
        multipart.feed(piece, &mut |piece| {
            match piece {
                Piece::Part(head) => parts.push((head.name, head.filename, Vec::new())),
                Piece::Bytes(bytes) => parts.last_mut().expect("a part").2.extend_from_slice(bytes),
            }
            Ok::<_, MultipartError>(())
        })?;
    }
    multipart.finish().map(|()| parts)
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((first, body)) = input.split_first() else { return };
    let whole = parts(body, body.len().max(1));
    assert_eq!(whole, parts(body, usize::from(*first).max(1)));
    let mut fields = Fields::default();
    let mut dump = Vec::new();
    for (name, _, bytes) in whole.unwrap_or_default() {
        if name == UPLOAD_FIELD {
            dump = bytes;
        } else if let Some(text) = fields.of_name(&name) {
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    let Some(head) = MinidumpHead::read(&mut std::io::Cursor::new(&dump)) else { return };
    let content = ContentId::of(&dump);
    let crash = || native_crash(&head, &fields, &content, received(), &Limits::default());
    assert_eq!(crash(), crash());
    if let Ok(event) = crash() {
        check_record(&event.record);
        let report = event.report.expect("a crash has a report");
        assert_eq!((event.record.count, &report.event_id), (1, &event.message_id));
        check_report(&report);
    }
});
