//! What old clients put around their JSON: base64, or a form whose field `data` is the JSON or its base64.

use std::borrow::Cow;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// Some clients pad, and some do not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The JSON in a body; the body as it is where none is found, so that whoever reads it says what is wrong.
pub(super) fn unwrap(body: &[u8]) -> Cow<'_, [u8]> {
    if is_json(body) {
        return Cow::Borrowed(body);
    }
    let data = body.split(|byte| *byte == b'&').find_map(|pair| pair.strip_prefix(b"data="));
    let Some(data) = data else {
        return of_base64(body.trim_ascii()).map_or(Cow::Borrowed(body), Cow::Owned);
    };
    let data = of_field(data);
    if is_json(&data) {
        return Cow::Owned(data);
    }
    // A plus that was not escaped has become a blank.
    let plus: Vec<u8> = data.trim_ascii().iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect();
    of_base64(&plus).map_or(Cow::Owned(data), Cow::Owned)
}

fn is_json(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}

fn of_base64(text: &[u8]) -> Option<Vec<u8>> {
    BASE64.decode(text).ok().filter(|bytes| is_json(bytes))
}

/// The value of a form's field: `+` is a blank, and `%7B` a byte in hexadecimal.
fn of_field(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let mut value = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => digit(*high).zip(digit(*low)),
            _ => None,
        };
        rest = match escaped {
            Some((high, low)) => {
                value.push(high << 4 | low);
                &after[2..]
            }
            None => {
                value.push(if first == b'+' { b' ' } else { first });
                after
            }
        };
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_json_is_found_in_whatever_is_around_it() {
        let json = r#" {"event": "a b>?"}"#;
        let base64 = base64::engine::general_purpose::STANDARD.encode(json);
        assert!(base64.contains('='), "one that is padded: {base64}");
        for body in [
            json.to_owned(),
            base64.clone(),
            format!("{}\n", base64.trim_end_matches('=')),
            format!("data={base64}"),
            format!("compression=base64&data={}&ip=1", base64.replace('=', "%3D").replace('+', "%2b")),
            "data=+%7B%22event%22%3A+%22a b%3e%3f%22}".to_owned(),
        ] {
            assert_eq!(String::from_utf8_lossy(&unwrap(body.as_bytes())), json, "{body}");
        }
    }

    #[test]
    fn what_holds_no_json_stays_what_it_is() {
        for body in ["", "hello", "aGVsbG8=", "data", "%%%"] {
            assert_eq!(unwrap(body.as_bytes()), body.as_bytes());
        }
        assert_eq!(&*unwrap(b"data=a%2"), b"a%2");
    }

    proptest! {
        #[test]
        fn any_field_comes_out_of_its_escapes(value in any::<Vec<u8>>()) {
            let escaped: String = value.iter().map(|byte| format!("%{byte:02X}")).collect();
            prop_assert_eq!(of_field(escaped.as_bytes()), value);
        }
    }
}
