//! Holding a value to its declared shape.

use candor_wire::{
    DurationBucket, Value,
    command_line::{is_command_path, is_flag_name},
};

use super::text_or_other;
use crate::Shape;

/// Brings a value into its shape where that is a matter of precision or of bounds; says whether it is in it then.
pub(super) fn hold(shape: &Shape, value: &mut Value) -> bool {
    match (shape, value) {
        (Shape::Bool, Value::Bool(_)) => true,
        (Shape::Enum(values), Value::Text(text)) => values.contains(text),
        (Shape::Version, value) => hold_version(value),
        (Shape::Bucket(bounds), Value::Integer(lower)) => {
            u64::try_from(*lower).is_ok_and(|lower| bounds.binary_search(&lower).is_ok())
        }
        (Shape::Duration, Value::Integer(micros)) => match u64::try_from(*micros) {
            Ok(exact) => {
                // A client that sends more precision than was declared gets it cut here.
                *micros = i64::try_from(DurationBucket::of_micros(exact).micros()).unwrap_or(i64::MAX);
                true
            }
            Err(_) => false,
        },
        (Shape::Count, Value::Integer(count)) => *count >= 0,
        (Shape::Name(names), value) => text_or_other(value, |name| names.matches(name)),
        (Shape::Command, value) => text_or_other(value, is_command_path),
        (Shape::Flag, value) => text_or_other(value, is_flag_name),
        _ => false,
    }
}

/// A version keeps its shape or becomes `other`; anything but text is wrong.
pub(super) fn hold_version(value: &mut Value) -> bool {
    text_or_other(value, is_version)
}

/// A digit first, then letters, digits, `.`, `-` and `+`, at most 32 bytes.
fn is_version(text: &str) -> bool {
    text.len() <= 32
        && text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'))
}
