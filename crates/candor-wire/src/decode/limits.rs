//! How much one request may say.

use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

/// Frames kept of a stack, the innermost: recursion without end fills thousands, and the last show where.
pub(crate) const MAX_FRAMES: usize = 250;
/// Exceptions kept of a chain of causes, the last. Nobody reads more.
pub(crate) const MAX_EXCEPTIONS: usize = 20;
/// Threads kept that say of themselves that they crashed or sent the event. There should be two at most.
pub(crate) const MAX_THREADS: usize = 4;
/// Programs and libraries kept. A desktop program loads some hundreds.
pub(crate) const MAX_IMAGES: usize = 1000;
/// Frames and images kept of all events of a body, together: 200 full stacks. Three bytes say an empty frame and it takes a
/// hundred, so that without a bound a body of 20 MiB could take a gigabyte; a real frame takes some 200 bytes of a body.
pub(crate) const MAX_STACKED: usize = 50_000;
/// Bytes kept of a text of an event: of an exception's value, a function's name. Longer names are of generated code.
pub(crate) const MAX_TEXT_BYTES: usize = 4096;

/// The bounds of a body and of its items. The size of the body itself is bounded by whoever reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Items, parts and pairs of `durations` in a body, together: each becomes a row. Each takes up to about 2 KB once it is read, so this is what bounds memory.
    pub max_records: usize,
    /// Bytes of one item's JSON. Official clients stop at 32 KB, but others post up to 900 KB in one event.
    pub max_event_bytes: usize,
    /// Properties of one item or part. Real events have some tens; a table of hundreds of columns helps nobody.
    pub max_properties: usize,
    /// Bytes of a name: of an event, a property, a version. Names are labels of charts, not texts.
    pub max_name_bytes: usize,
    /// Levels of lists and objects within one property; stays far below what the stack can take.
    pub max_depth: usize,
    /// The largest count of one record, so that sums over many stay far from the end of 64 bits.
    pub max_count: u64,
    /// How old an item may be: 25 months, as long as anything is kept.
    pub max_age: Duration,
    /// How far ahead an item may be: a day, which is more than time zones taken for UTC make.
    pub max_ahead: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_records: 10_000,
            max_event_bytes: 1 << 20,
            max_properties: 128,
            max_name_bytes: 200,
            max_depth: 32,
            max_count: 1_000_000_000_000,
            max_age: 762 * DAY,
            max_ahead: DAY,
        }
    }
}
