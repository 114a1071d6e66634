//! The machine: room on the disk that SQLite files are kept on, and whether this account may write there.

use rustix::fs::Access;

use super::finding::Finding;
use crate::awaiting_schema::SCHEMAS;
use crate::settings::Settings;

const MIB: u64 = 1024 * 1024;
/// A write that finds no room is refused, and so is the log that SQLite would recover from.
const FAILS_BELOW: u64 = 100 * MIB;
const WARNS_BELOW: u64 = 1024 * MIB;

pub fn look(settings: &Settings) -> Vec<Finding> {
    if !settings.is_embedded() {
        return Vec::new();
    }
    vec![room(settings), writing(settings)]
}

fn room(settings: &Settings) -> Finding {
    let folder = &settings.data_dir;
    let place = folder.display();
    match rustix::fs::statvfs(folder) {
        Ok(disk) => judge(disk.f_bavail.saturating_mul(disk.f_frsize), &place.to_string()),
        Err(error) => Finding::fail("disk", format!("{place} cannot be looked at: {error}; see GUILDHALL_DATA_DIR")),
    }
}

/// Whether this account may write where SQLite does: into the folder, and each file that is there.
fn writing(settings: &Settings) -> Finding {
    const CHECK: &str = "data folder";
    let folder = &settings.data_dir;
    let files = SCHEMAS.iter().map(|schema| folder.join(format!("{}.db", schema.service())));
    let shut =
        std::iter::once(folder.clone()).chain(files.filter(|file| file.symlink_metadata().is_ok())).find_map(|path| {
            let may = Access::READ_OK | Access::WRITE_OK;
            rustix::fs::access(&path, may).err().map(|error| (path, error.kind()))
        });
    match shut {
        None => Finding::ok(CHECK, format!("{} can be written", folder.display())),
        Some((path, kind)) => {
            let place = path.display();
            let advice = "run this as the account that owns it, or mend its permissions";
            Finding::fail(CHECK, format!("{place} cannot be written: {kind}; {advice}"))
        }
    }
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
