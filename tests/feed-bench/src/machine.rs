//! The machine, and what processes use of it.

use std::fs::read_to_string;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Failure;

/// Ticks of a second in `/proc`, the same on every Linux that this runs on.
const TICKS: f64 = 100.0;

/// Its processor, how many there are, and how busy it is with other things.
pub fn named() -> Result<String, Failure> {
    let processors = read_to_string("/proc/cpuinfo")?;
    let models: Vec<_> = processors.lines().filter_map(|line| line.strip_prefix("model name")).collect();
    let model = models.first().map_or("unknown processor", |model| model.trim_start_matches([' ', '\t', ':']));
    let load = read_to_string("/proc/loadavg")?;
    let load = load.split_whitespace().next().unwrap_or("?").to_owned();
    Ok(format!("machine: {} × {model}, load {load} before the start", models.len()))
}

/// The time of processors that a process has used.
pub fn used_by(pid: u32) -> Result<Duration, Failure> {
    let stat = read_to_string(format!("/proc/{pid}/stat"))?;
    // What stands before may hold anything in parentheses.
    let (_, fields) = stat.rsplit_once(')').ok_or("an unreadable /proc/<pid>/stat")?;
    let fields: Vec<_> = fields.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|field| field.parse::<f64>().ok()).ok_or("no such field");
    Ok(Duration::from_secs_f64((ticks(11)? + ticks(12)?) / TICKS))
}

/// The same clock for every process of the machine, in microseconds.
#[allow(clippy::disallowed_methods, reason = "what several processes saw is compared")]
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
