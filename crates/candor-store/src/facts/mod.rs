//! The table `facts`: its columns, and how rows become Arrow batches.

/// Whether an attribute of this name may have a column of its own: 1 to 60 lower-case letters, digits and `_`.
///
/// Delta Lake takes columns that differ only in case for one, and Parquet readers trip over punctuation.
#[must_use]
pub fn is_column_name(name: &str) -> bool {
    (1..=60).contains(&name.len()) && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}
