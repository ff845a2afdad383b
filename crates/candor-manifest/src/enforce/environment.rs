//! Holding the environment to what an SDK writes there: short names and versions.

use candor_wire::{Environment, Shared};

use super::Dropped;

/// The longest is a runtime with its version; more is somebody's text.
const MAX_LENGTH: usize = 48;

/// Takes out every text that is no short name and no version. The database's hash has its shape from the decoder.
pub(super) fn hold_environment(environment: &mut Shared<Environment>, dropped: &mut Dropped) {
    if environment.texts().all(|(_, text)| text.as_deref().is_none_or(is_short_name)) {
        return;
    }
    for (name, value) in environment.texts_mut() {
        if value.as_ref().is_some_and(|value| !is_short_name(value)) {
            *value = None;
            dropped.wrong(name);
        }
    }
}

pub(super) fn is_short_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'+' | b'-' | b' ');
    text.len() <= MAX_LENGTH && text.bytes().all(allowed)
}
