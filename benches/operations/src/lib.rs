//! What the benches of operation share: a Discord that costs little itself.

pub mod discord;

use std::error::Error;
use std::fs;

/// The resident memory of a process by its id, or of this one by `self`, in MiB. Linux only.
///
/// # Errors
///
/// When there is no such process, or the system does not tell it.
pub fn resident_megabytes(process: &str) -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.ok_or("no VmRSS")?.trim().trim_end_matches(" kB");
    Ok(kilobytes.trim().parse::<u64>()? / 1024)
}
