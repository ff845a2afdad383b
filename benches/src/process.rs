//! What the kernel says of a process.

use std::fs;

/// Seconds of processor time, user and system, that a process has used so far.
///
/// # Panics
/// When there is no such process.
#[must_use]
pub fn cpu_seconds(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("the process runs");
    // The command's name is in parentheses and may hold spaces; fields 14 and 15 are user and system time.
    let fields: Vec<&str> = stat[stat.rfind(')').expect("a name") + 2..].split(' ').collect();
    let ticks: f64 = fields[11].parse::<f64>().expect("utime") + fields[12].parse::<f64>().expect("stime");
    ticks / rustix::param::clock_ticks_per_second() as f64
}

/// From here on [`peak_resident_mib`] of this process is about what comes.
///
/// # Panics
/// When the kernel does not let it.
pub fn forget_peak() {
    fs::write("/proc/self/clear_refs", "5").expect("a kernel that forgets");
}

/// The most memory that a process ever had resident, in MiB.
///
/// # Panics
/// When there is no such process.
#[must_use]
pub fn peak_resident_mib(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
}
