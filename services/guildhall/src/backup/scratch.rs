//! Folders in which work is done beside the place where its outcome is to stand, and what is left of them when it was cut short.

use std::fs::{DirBuilder, File, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use service_kit::{Clock, Entropy};

use super::archive::new_file;
use crate::ending;
use crate::signals::StopSignals;

/// Locked for as long as the command lives that works in the folder.
const LOCK: &str = "lock";
/// There from the moment at which files begin to leave the folder for where they are to stand.
const HANDING_OVER: &str = "handing-over";
/// How long a command may take from making its folder to making the lock in it.
const YOUNG_FOR_SECONDS: i64 = 60;
/// How often a folder is emptied into which others still put files.
const TRIES: usize = 16;

/// What a folder is for.
#[derive(Clone, Copy)]
pub enum Work {
    Backup,
    Restore,
}

impl Work {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Backup => ".guildhall-backup-",
            Self::Restore => ".guildhall-restore-",
        }
    }
}

/// A folder for its owner alone that is removed with everything in it, in the end or when the command is told to stop; then the process
/// ends at once. Only what was handed over in part stays.
pub struct Scratch {
    path: PathBuf,
    is_done: Arc<Mutex<bool>>,
    _lock: File,
}

impl Scratch {
    /// Makes it in this folder, on the disk where its files are to stay, and removes those of commands that were killed.
    pub fn within(folder: &Path, work: Work, entropy: &Entropy) -> io::Result<Self> {
        sweep(folder, work, remove);
        let signals = StopSignals::listen()?;
        let (path, lock) = make(folder, work, entropy)?;
        let scratch = Self { path, is_done: Arc::default(), _lock: lock };
        scratch.remove_when_told_to_stop(signals);
        Ok(scratch)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the last step, after which the outcome stands where it belongs. Whoever tells the command to stop meanwhile is too late.
    pub fn finish<T, E>(&self, step: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let mut is_done = self.is_done.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = step()?;
        *is_done = true;
        Ok(outcome)
    }

    /// For a last step of several files: from here on, until the last of them has left, the folder says that some may have.
    pub fn begin_handing_over(&self) -> io::Result<()> {
        new_file(&self.path.join(HANDING_OVER))?.sync_all()?;
        File::open(&self.path)?.sync_all()
    }

    /// A task, as files are read and written without waiting.
    fn remove_when_told_to_stop(&self, mut signals: StopSignals) {
        let (path, is_done) = (self.path.clone(), Arc::clone(&self.is_done));
        tokio::spawn(async move {
            signals.come().await;
            // Held to the end, so that nobody tells of files that are gone.
            let is_done = is_done.lock().unwrap_or_else(PoisonError::into_inner);
            if !*is_done {
                remove(&path);
                eprintln!("guildhall: told to stop before the end: nothing has come of it");
                std::process::exit(ending::FAILED.into());
            }
        });
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _is_done = self.is_done.lock().unwrap_or_else(PoisonError::into_inner);
        remove(&self.path);
    }
}

/// Somebody who sweeps may find the lock before it is held, and removes the folder then: another one is made.
fn make(folder: &Path, work: Work, entropy: &Entropy) -> io::Result<(PathBuf, File)> {
    loop {
        let name = format!("{}{}", work.prefix(), entropy.uuid(Clock::system().now()).simple());
        let path = folder.join(name);
        DirBuilder::new().mode(0o700).create(&path)?;
        let lock = new_file(&path.join(LOCK)).inspect_err(|_| remove(&path))?;
        match lock.try_lock() {
            // Where a file system knows no locks, nobody finds it free either.
            Ok(()) | Err(TryLockError::Error(_)) if path.exists() => return Ok((path, lock)),
            _ => {}
        }
    }
}

/// The folder of a restore that goes on, or was cut short.
pub fn unfinished_restore(folder: &Path) -> Option<PathBuf> {
    folders(folder, Work::Restore).find(|path| !is_handing_over(path) || has_databases(path))
}

/// Removes what is left of restores that were cut short in their last step, once their files are there by another one.
pub fn sweep_halves(folder: &Path) {
    // What cannot be removed is told by its name.
    sweep(folder, Work::Restore, |path| drop(std::fs::remove_dir_all(path)));
}

fn sweep(folder: &Path, work: Work, remove: impl Fn(&Path)) {
    for path in folders(folder, work) {
        let Ok(about) = path.symlink_metadata() else { continue };
        if about.uid() != rustix::process::geteuid().as_raw() {
            continue;
        }
        match File::open(path.join(LOCK)) {
            // Held until it is removed.
            Ok(lock) if lock.try_lock().is_ok() => remove(&path),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let age = Clock::system().now().millis() / 1000 - about.mtime();
                if age > YOUNG_FOR_SECONDS {
                    remove(&path);
                }
            }
            _ => {}
        }
    }
}

/// What looks like a folder for this work; never a link to one.
fn folders(folder: &Path, work: Work) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let of_this_work = move |name: &[u8]| name.starts_with(work.prefix().as_bytes());
    entries
        .filter(move |entry| of_this_work(entry.file_name().as_bytes()))
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
}

/// What cannot be removed is told by its name.
fn remove(path: &Path) {
    if is_handing_over(path) && has_databases(path) {
        return;
    }
    for _ in 0..TRIES {
        match std::fs::remove_dir_all(path) {
            // SQLite has put a file there meanwhile.
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {}
            _ => return,
        }
    }
}

fn is_handing_over(path: &Path) -> bool {
    path.join(HANDING_OVER).exists()
}

fn has_databases(path: &Path) -> bool {
    let mut entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries.any(|entry| entry.file_name().as_bytes().ends_with(b".db"))
}
