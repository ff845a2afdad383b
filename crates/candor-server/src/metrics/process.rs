//! What the system says of this process. Where it says nothing the answer is 0.

use std::fs;

/// Resident memory.
pub(super) fn resident_bytes() -> f64 {
    let pages = fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok()));
    pages.unwrap_or(0.0) * rustix::param::page_size() as f64
}

/// User and system time.
pub(super) fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The program's name may hold blanks; it ends with the last parenthesis. Time is then the 12th and 13th word.
    let words = text.rsplit(')').next().unwrap_or_default().split_ascii_whitespace().skip(11).take(2);
    let ticks: f64 = words.filter_map(|word| word.parse::<f64>().ok()).sum();
    ticks / rustix::param::clock_ticks_per_second() as f64
}

/// Open file descriptors.
pub(super) fn open_descriptors() -> f64 {
    fs::read_dir("/proc/self/fd").map_or(0.0, |entries| entries.count() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_memory_time_and_files() {
        let started = std::time::Instant::now();
        while started.elapsed() < std::time::Duration::from_millis(50) {}
        assert!(resident_bytes() > 1e6, "{}", resident_bytes());
        assert!(cpu_seconds() > 0.0, "{}", cpu_seconds());
        assert!(open_descriptors() >= 3.0, "{}", open_descriptors());
    }
}
