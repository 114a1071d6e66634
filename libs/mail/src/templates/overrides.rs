//! An operator's own templates.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::TemplateError;

/// The sources of those of the `names` that the directory has a file for.
pub(super) fn read(directory: &Path, names: &BTreeSet<String>) -> Result<Vec<(String, String)>, TemplateError> {
    let mut found = Vec::new();
    for name in names {
        match read_one(directory, name) {
            Ok(Some(source)) => found.push((name.clone(), source)),
            Ok(None) => {}
            Err(error) => {
                return Err(TemplateError::Override { template: name.clone(), kind: error.kind() });
            }
        }
    }
    Ok(found)
}

/// A missing file is nothing to override; a missing directory is a mistake in the settings.
fn read_one(directory: &Path, name: &str) -> io::Result<Option<String>> {
    match fs::read_to_string(directory.join(name)) {
        Ok(source) => Ok(Some(source)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::metadata(directory).map(|_| None),
        Err(error) => Err(error),
    }
}
