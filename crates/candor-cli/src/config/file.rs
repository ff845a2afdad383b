//! What a file of settings says, and how a value is written into one.

use std::{collections::BTreeMap, ffi::OsString};

use toml::de::{DeTable, DeValue};

/// What a file says, by its keys.
pub(crate) type Settings = BTreeMap<String, Vec<OsString>>;

/// Why a file cannot be understood.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    /// It is no TOML.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A key that is not known, and all that are.
    #[error("there is no setting `{0}`; there are: {1}")]
    Unknown(String, String),
    /// The value of a key.
    #[error("`{0}` must be a text, a number, true, false, or a list of them")]
    Value(String),
}

/// Reads a file's text; `known` are the settings that there are.
pub(crate) fn parse(text: &str, known: &[String]) -> Result<Settings, SettingsError> {
    let mut settings = Settings::new();
    for (key, value) in DeTable::parse(text)?.into_inner() {
        let key = key.into_inner().into_owned();
        if !known.contains(&key) {
            return Err(SettingsError::Unknown(key, known.join(", ")));
        }
        let Some(values) = values(value.into_inner()) else { return Err(SettingsError::Value(key)) };
        settings.insert(key, values);
    }
    Ok(settings)
}

fn values(value: DeValue<'_>) -> Option<Vec<OsString>> {
    match value {
        DeValue::Array(list) => {
            let values: Option<Vec<_>> = list.into_iter().map(|value| values(value.into_inner())).collect();
            Some(values?.concat())
        }
        DeValue::String(text) => Some(vec![text.into_owned().into()]),
        DeValue::Integer(number) => Some(vec![number.to_string().into()]),
        DeValue::Boolean(truth) => Some(vec![truth.to_string().into()]),
        _ => None,
    }
}

/// A text as a file says it.
pub(crate) fn quoted(text: &str) -> String {
    // A text of JSON is one of TOML, but for this sign.
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

    use super::*;

    #[test]
    fn every_sign_that_is_written_is_read_again() {
        let all: String = (0..=0x2ff).filter_map(char::from_u32).chain(['\u{feff}', '\u{1f980}']).collect();
        let read = parse(&format!("data = {}", quoted(&all)), &["data".to_owned()]).unwrap();
        assert_eq!(read["data"], [OsString::from(all)]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let known = ["data".to_owned(), "listen".to_owned()];
        for (text, said) in [
            ("dada = 1", "there is no setting `dada`; there are: data, listen"),
            ("data = 1.5", "`data` must be a text, a number, true, false, or a list of them"),
            ("data = ", "TOML parse error at line 1"),
        ] {
            let error = parse(text, &known).unwrap_err().to_string();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
