//! Putting a finished file where it is to stay.

use std::io;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// Moves a file on its disk to where nothing stands; whatever has come there meanwhile stays, and this fails with `AlreadyExists`.
pub fn move_without_replacing(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        Err(Errno::EXIST) => Err(Errno::EXIST.into()),
        // Not every file system can do that; if something else is wrong, it is told here as well.
        Err(_) => {
            std::fs::hard_link(from, to)?;
            std::fs::remove_file(from)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_come_there_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        std::fs::write(&from, "new").unwrap();
        std::fs::write(&to, "old").unwrap();
        assert_eq!(move_without_replacing(&from, &to).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&to).unwrap(), "old");
        std::fs::remove_file(&to).unwrap();
        move_without_replacing(&from, &to).unwrap();
        assert_eq!((std::fs::read_to_string(&to).unwrap().as_str(), from.exists()), ("new", false));
    }
}
