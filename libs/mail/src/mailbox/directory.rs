//! The mailbox's files. Every decision is taken from the names alone, so processes that share the directory agree on it
//! without a lock.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use time::OffsetDateTime;

use super::StoredMail;

const MAILS_KEPT: usize = 200;

pub(super) struct Directory {
    path: PathBuf,
}

impl Directory {
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        fs::read_dir(&path)?;
        Ok(Self { path })
    }

    /// Writes the mail, then removes what it replaces and what it pushes out.
    pub(super) fn store(&self, now: OffsetDateTime, id: &str, mail: &StoredMail) -> io::Result<()> {
        static WRITTEN: AtomicU64 = AtomicU64::new(0);
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let unfinished = self.path.join(format!("{}-{number}.unfinished", process::id()));
        let milliseconds = (now.unix_timestamp_nanos() / 1_000_000).max(0);
        let finished = self.path.join(format!("{milliseconds:015}-{id}.json"));

        let written = fs::write(&unfinished, serde_json::to_vec_pretty(mail)?);
        let renamed = written.and_then(|()| fs::rename(&unfinished, finished));
        if renamed.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        renamed?;

        for name in self.names()?.superseded {
            unless_gone(fs::remove_file(self.path.join(name)))?;
        }
        Ok(())
    }

    pub(super) fn read_latest(&self) -> io::Result<Vec<StoredMail>> {
        let mut mails = Vec::new();
        for name in self.names()?.latest {
            let Some(content) = unless_gone(fs::read(self.path.join(&name)))? else {
                continue;
            };
            match serde_json::from_slice(&content) {
                Ok(mail) => mails.push(mail),
                Err(_) => tracing::warn!(file = name, "A file in the mailbox is not a mail; it is left out."),
            }
        }
        Ok(mails)
    }

    /// Of each id the newest name, of these the newest 200; all others are superseded.
    fn names(&self) -> io::Result<Names> {
        let mut all = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            if let Ok(name) = entry?.file_name().into_string() {
                all.push(name);
            }
        }
        all.sort_unstable_by(|one, other| other.cmp(one));

        let mut names = Names::default();
        let mut seen = HashSet::new();
        for name in all {
            let Some(id) = id_in(&name) else { continue };
            if names.latest.len() < MAILS_KEPT && seen.insert(id.to_owned()) {
                names.latest.push(name);
            } else {
                names.superseded.push(name);
            }
        }
        Ok(names)
    }
}

/// The names of mails, newest first.
#[derive(Default)]
struct Names {
    latest: Vec<String>,
    superseded: Vec<String>,
}

/// The id in the name of a finished mail; `None` for a file that is not ours to count or remove.
fn id_in(name: &str) -> Option<&str> {
    let (milliseconds, id) = name.strip_suffix(".json")?.split_once('-')?;
    let is_time = milliseconds.len() == 15 && milliseconds.bytes().all(|byte| byte.is_ascii_digit());
    is_time.then_some(id)
}

/// Another process may have removed the file in between.
fn unless_gone<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
