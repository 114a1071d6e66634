//! Backups of SQLite files: one archive with a copy of each service's database and a manifest that tells what they are.

mod archive;
mod manifest;
mod placing;
mod put_back;
mod scratch;
mod take;

use service_kit::database::Schema;

use crate::CommandError;
use crate::ending::{conflict, usage};
use crate::settings::Settings;

pub use self::manifest::Manifest;
pub use self::put_back::put_back;
pub use self::take::take;

/// The order in which the databases are copied: whoever calls comes before whomever it calls. A step over two services is written down
/// by the caller first, and done there again until the callee has answered. So a copy of the callee that is a little younger
/// holds everything that the caller believes to be done; what the caller does not know to be done yet is done again, which is safe.
pub const COPIED_IN_ORDER: [Schema; 4] =
    [invitations::SCHEMA, identity::SCHEMA, billing_context::SCHEMA, organizations::SCHEMA];

/// Refused where Postgres keeps the data.
pub fn only_on_sqlite(settings: &Settings) -> Result<(), CommandError> {
    if settings.is_embedded() {
        return Ok(());
    }
    Err(usage(
        "the data is kept by Postgres, which has better ways: pg_dump, or a base backup with its write-ahead log; \
         docs/runbooks/restore.md says how",
    ))
}

/// Refused beside a restore that goes on or was cut short: what it has not put there yet would be made anew, and empty.
pub fn not_beside_a_restore(settings: &Settings) -> Result<(), CommandError> {
    let data_dir = &settings.data_dir;
    match scratch::unfinished_restore(data_dir).filter(|_| settings.is_embedded()) {
        None => Ok(()),
        Some(folder) => Err(conflict(format!(
            "{} is of a restore that goes on or was cut short: let it end, or move every *.db* out of {} and restore once more; \
             whoever does without the restore removes that folder",
            folder.display(),
            data_dir.display()
        ))),
    }
}

/// The name of a service's file, in the data folder and in the archive.
fn file_name(schema: Schema) -> String {
    format!("{}.db", schema.service())
}
