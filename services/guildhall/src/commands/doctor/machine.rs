//! The machine: room on the disk that SQLite files are kept on.

use super::finding::Finding;
use crate::settings::Settings;

const MIB: u64 = 1024 * 1024;
/// A write that finds no room is refused, and so is the log that SQLite would recover from.
const FAILS_BELOW: u64 = 100 * MIB;
const WARNS_BELOW: u64 = 1024 * MIB;

pub fn look(settings: &Settings) -> Option<Finding> {
    if !settings.is_embedded() {
        return None;
    }
    let folder = &settings.data_dir;
    let place = folder.display();
    Some(match rustix::fs::statvfs(folder) {
        Ok(disk) => judge(disk.f_bavail.saturating_mul(disk.f_frsize), &place.to_string()),
        Err(error) => Finding::fail("disk", format!("{place} cannot be looked at: {error}; see GUILDHALL_DATA_DIR")),
    })
}

fn judge(free: u64, place: &str) -> Finding {
    let sentence = format!("{} MiB are free at {place}", free / MIB);
    if free < FAILS_BELOW {
        Finding::fail("disk", format!("{sentence}; make room before writes are refused"))
    } else if free < WARNS_BELOW {
        Finding::warn("disk", format!("{sentence}; make room soon"))
    } else {
        Finding::ok("disk", sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::finding::Outcome;

    #[test]
    fn a_disk_without_room_is_a_fault_before_it_is_full() {
        for (free, outcome) in [(0, Outcome::Fail), (FAILS_BELOW, Outcome::Warn), (WARNS_BELOW, Outcome::Ok)] {
            assert!(judge(free, "/data").outcome == outcome, "{free}");
        }
    }
}
