//! What the benchmarks share: medians, and what the kernel says of a process.

pub mod counting;
pub mod load;
pub mod process;
pub mod questions;

/// The value at this fraction (0 to 1) of the sorted measurements.
///
/// # Panics
/// When there are none.
#[must_use]
pub fn quantile(measurements: &mut [f64], fraction: f64) -> f64 {
    measurements.sort_by(f64::total_cmp);
    measurements[((measurements.len() - 1) as f64 * fraction).round() as usize]
}
