//! Making an archive, beside a product that goes on writing.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use service_kit::database::{Schema, in_words};
use service_kit::{Clock, Database, Entropy};

use super::archive::{MANIFEST, copy_and_digest, new_file};
use super::manifest::{Copied, FORMAT, Manifest};
use super::placing::move_without_replacing;
use super::scratch::{Scratch, Work};
use super::{COPIED_IN_ORDER, file_name};
use crate::CommandError;
use crate::ending::conflict;
use crate::progress::Progress;
use crate::settings::Settings;

/// Each database is copied, then the archive is written.
const STEPS: usize = COPIED_IN_ORDER.len() + 1;

/// Makes an archive at this path, or in this folder under a name with the present instant; where it is, and what is in it. It is there
/// whole or not at all.
pub async fn take(settings: &Settings, to: &Path, mut progress: Progress) -> Result<(PathBuf, Manifest), CommandError> {
    let (clock, entropy) = (Clock::system(), Entropy::system());
    let now = clock.now();
    let target = match to.is_dir() {
        true => to.join(format!("guildhall-{}.tar", now.to_rfc3339().replace(':', ""))),
        false => to.to_owned(),
    };
    if target.exists() {
        return Err(conflict(format!("{} is there already; name another file", target.display())));
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unwritable =
        |error: io::Error| CommandError::from(format!("{} cannot be written: {}", target.display(), error.kind()));
    let scratch = Scratch::within(folder, Work::Backup, &entropy).map_err(unwritable)?;

    let mut manifest = Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        taken_at: now.to_rfc3339(),
        files: Vec::new(),
    };
    for (number, schema) in (1..).zip(COPIED_IN_ORDER) {
        progress.step(number, STEPS, &format!("copying {}", schema.service()));
        manifest.files.push(copy(settings, schema, scratch.path(), &clock).await?);
    }
    progress.step(STEPS, STEPS, "writing the archive");
    let archive = scratch.path().join("archive.tar");
    write(&archive, &manifest, scratch.path()).map_err(unwritable)?;
    scratch.finish(|| move_without_replacing(&archive, &target)).map_err(unwritable)?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)?;
    Ok((target, manifest))
}

async fn copy(settings: &Settings, schema: Schema, scratch: &Path, clock: &Clock) -> Result<Copied, CommandError> {
    let (service, name) = (schema.service(), file_name(schema));
    let state = schema.state(&settings.database(service)).await?;
    if state.applied.is_empty() {
        return Err(conflict(format!("there is no database of {service} in {}", settings.data_dir.display())));
    }
    let path = scratch.join(&name);
    // Made here, so that it is its owner's alone from the beginning.
    drop(new_file(&path)?);
    let database = Database::open(&settings.database(service), service).await?;
    let taken_at = clock.now().to_rfc3339();
    let copied = database.copy_to(&path).await;
    database.close().await?;
    copied.map_err(|error| format!("{service}: {}", in_words(&error)))?;
    let (bytes, sha256) = copy_and_digest(File::open(&path)?, io::sink())?;
    Ok(Copied { service: service.to_owned(), name, bytes, sha256, taken_at, migrations: state.applied.len() })
}

fn write(archive: &Path, manifest: &Manifest, scratch: &Path) -> io::Result<()> {
    let mut builder = tar::Builder::new(new_file(archive)?);
    let text = serde_json::to_vec_pretty(manifest)?;
    builder.append_data(&mut header(text.len() as u64), MANIFEST, text.as_slice())?;
    for Copied { name, bytes, .. } in &manifest.files {
        builder.append_data(&mut header(*bytes), name, File::open(scratch.join(name))?)?;
    }
    builder.into_inner()?.sync_all()
}

fn header(length: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(length);
    header.set_mode(0o600);
    header.set_cksum();
    header
}
