//! Putting an archive's databases where a product is to find them.

use std::fs::{DirBuilder, File, TryLockError};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use identity::{Operator, OperatorError};
use service_kit::database::{DatabaseSettings, Location, Schema, in_words};
use service_kit::{Clock, Database, Entropy};

use super::archive::{MANIFEST, copy_and_digest, new_file};
use super::manifest::{FORMAT, Manifest};
use super::placing::move_without_replacing;
use super::scratch::{Scratch, Work, sweep_halves};
use super::{COPIED_IN_ORDER, file_name};
use crate::CommandError;
use crate::ending::{conflict, not_found};
use crate::os_user;
use crate::progress::Progress;
use crate::settings::Settings;

/// The archive is read, then each database is checked.
const STEPS: usize = COPIED_IN_ORDER.len() + 1;
/// How names of the files end that SQLite puts beside a database.
const LOGS: [&str; 3] = ["-wal", "-shm", "-journal"];
/// More than a manifest can be.
const LARGEST_MANIFEST: u64 = 1024 * 1024;

/// Puts the databases of this archive into the data folder, which must have none; everything is checked, brought up to this
/// version's schema and given another epoch before any of it stands where a product would find it.
pub async fn put_back(settings: &Settings, archive: &Path, mut progress: Progress) -> Result<Manifest, CommandError> {
    let data_dir = &settings.data_dir;
    refuse_to_overwrite(data_dir)?;
    let file = File::open(archive).map_err(|error| not_found(format!("{}: {}", archive.display(), error.kind())))?;
    DirBuilder::new().recursive(true).mode(0o700).create(data_dir)?;
    let _alone = alone_in(data_dir)?;
    // Once more: another restore may have ended meanwhile.
    refuse_to_overwrite(data_dir)?;
    let entropy = Entropy::system();
    let scratch = Scratch::within(data_dir, Work::Restore, &entropy)?;
    progress.step(1, STEPS, "reading the archive");
    let manifest = unpack(file, scratch.path())?;

    for (number, schema) in (2..).zip(COPIED_IN_ORDER) {
        progress.step(number, STEPS, &format!("checking {}", schema.service()));
        prepare(schema, &staged(settings, scratch.path(), schema)).await?;
    }
    renew_epoch(&staged(settings, scratch.path(), identity::SCHEMA), entropy).await?;
    scratch.finish(|| hand_over(&scratch, data_dir))?;
    sweep_halves(data_dir);
    Ok(manifest)
}

fn refuse_to_overwrite(data_dir: &Path) -> Result<(), CommandError> {
    match a_file_of_a_database(data_dir) {
        None => Ok(()),
        Some(path) => Err(conflict(format!(
            "{} is there already: nothing is overwritten; move every *.db* out of the folder, or name another one by GUILDHALL_DATA_DIR",
            path.display()
        ))),
    }
}

/// Keeps other restores out of the folder for as long as it is held. Where a file system knows no locks, files are still never replaced.
fn alone_in(data_dir: &Path) -> Result<File, CommandError> {
    let folder = File::open(data_dir)?;
    match folder.try_lock() {
        Err(TryLockError::WouldBlock) => Err(conflict(format!(
            "another restore puts databases into {} at this moment: let it end",
            data_dir.display()
        ))),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(folder),
    }
}

/// Something that a database consists of: SQLite takes a log that lies beside a file for the file's own.
fn a_file_of_a_database(folder: &Path) -> Option<PathBuf> {
    let mut paths = COPIED_IN_ORDER.into_iter().flat_map(|schema| {
        let name = file_name(schema);
        std::iter::once(String::new())
            .chain(LOGS.map(str::to_owned))
            .map(move |end| folder.join(format!("{name}{end}")))
    });
    paths.find(|path| path.symlink_metadata().is_ok())
}

/// Puts the files where a product finds them.
fn hand_over(scratch: &Scratch, data_dir: &Path) -> Result<(), CommandError> {
    for (schema, end) in COPIED_IN_ORDER.into_iter().flat_map(|schema| LOGS.map(|end| (schema, end))) {
        let log = scratch.path().join(format!("{}{end}", file_name(schema)));
        if log.symlink_metadata().is_ok() {
            let service = schema.service();
            return Err(format!("the database of {service} is not whole without its log; restore once more").into());
        }
    }
    scratch.begin_handing_over()?;
    File::open(data_dir)?.sync_all()?;
    for name in COPIED_IN_ORDER.map(file_name) {
        let target = data_dir.join(&name);
        move_without_replacing(&scratch.path().join(&name), &target).map_err(|error| {
            let place = data_dir.display();
            format!(
                "{}: {error}; only some databases are there: move every *.db* out of {place} and restore once more",
                target.display()
            )
        })?;
    }
    Ok(File::open(data_dir)?.sync_all()?)
}

/// Where a service's database is until everything is checked.
fn staged(settings: &Settings, scratch: &Path, schema: Schema) -> DatabaseSettings {
    let location = Location::SqliteFile(scratch.join(file_name(schema)));
    DatabaseSettings { location, pool_size: 1, ..settings.database(schema.service()) }
}

/// Writes the archive's databases there, each as its manifest says.
fn unpack(file: File, scratch: &Path) -> Result<Manifest, CommandError> {
    let damaged = |what: String| CommandError::from(format!("the archive cannot be used: {what}; take another one"));
    let mut archive = tar::Archive::new(file);
    let mut entries = archive.entries().map_err(|error| damaged(unreadable(&error)))?;
    let mut next = move || entries.next().transpose().map_err(|error| damaged(unreadable(&error)));
    let first = next()?.ok_or_else(|| damaged("it is empty".to_owned()))?;
    if first.path_bytes().as_ref() != MANIFEST.as_bytes() {
        return Err(damaged("it does not begin with a manifest".to_owned()));
    }
    let manifest: Manifest = serde_json::from_reader(first.take(LARGEST_MANIFEST))
        .map_err(|error| damaged(format!("its manifest: {error}")))?;
    if manifest.format != FORMAT {
        return Err(damaged(format!("version {} wrote it in a format that this one does not know", manifest.version)));
    }
    for schema in COPIED_IN_ORDER {
        let name = file_name(schema);
        let said = manifest.files.iter().find(|copied| copied.name == name);
        let said = said.ok_or_else(|| damaged(format!("it lacks {name}")))?;
        let entry = next()?.ok_or_else(|| damaged(format!("it ends before {name}")))?;
        if entry.path_bytes().as_ref() != name.as_bytes() {
            return Err(damaged(format!("another file stands where {name} should")));
        }
        let mut written = new_file(&scratch.join(&name))?;
        let (bytes, sha256) =
            copy_and_digest(entry, &mut written).map_err(|error| damaged(format!("{name}: {}", error.kind())))?;
        written.sync_all()?;
        if (bytes, &sha256) != (said.bytes, &said.sha256) {
            return Err(damaged(format!("the checksum of {name} is not the one in its manifest")));
        }
    }
    Ok(manifest)
}

/// Why nothing can be read from the file. What the reader of archives says of it repeats what stands in it, which may be anything.
fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::Other | ErrorKind::InvalidData => {
            "it is none that `guildhall backup` has made (if it was compressed since, unpack it first)".to_owned()
        }
        kind => kind.to_string(),
    }
}

/// Whole, and of this version's schema.
async fn prepare(schema: Schema, staged: &DatabaseSettings) -> Result<(), CommandError> {
    let service = schema.service();
    let database = Database::open(staged, service).await.map_err(|error| format!("{service}: {}", in_words(&error)))?;
    let faults = database.faults().await;
    database.close().await?;
    if let Some(fault) = faults?.first() {
        return Err(format!("the copy of {service} is damaged: {fault}; take another archive").into());
    }
    schema.bring_up(staged).await.map_err(|error| format!("{service}: {}", in_words(&error)))?;
    Ok(())
}

/// Numbers of narrowing changes are given a second time from here on.
async fn renew_epoch(identity: &DatabaseSettings, entropy: Entropy) -> Result<(), CommandError> {
    let operator = Operator::open(identity, Clock::system(), entropy, os_user::origin()).await?;
    let renewed = operator.renew_epoch().await;
    operator.close().await?;
    match renewed {
        Ok(_) | Err(OperatorError::NeverStarted) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
