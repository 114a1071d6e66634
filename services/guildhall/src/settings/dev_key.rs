//! The encryption key of a development machine, made once and kept beside the data.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service_kit::settings::{SettingsError, invalid};
use service_kit::{Entropy, MasterKey};

const FILE: &str = "encryption.key";

pub fn of(data_dir: &Path, entropy: &Entropy) -> Result<MasterKey, SettingsError> {
    let unusable = |error: std::io::Error| invalid("data_dir", format!("cannot hold {FILE}: {error}"));
    DirBuilder::new().recursive(true).mode(0o700).create(data_dir).map_err(unusable)?;
    let path = data_dir.join(FILE);
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(mut file) => {
            let key = STANDARD.encode(entropy.bytes::<32>());
            file.write_all(key.as_bytes()).and_then(|()| file.sync_all()).map_err(unusable)?;
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(unusable(error)),
    }
    let text = fs::read_to_string(&path).map_err(unusable)?;
    MasterKey::parse(&text).map_err(|problem| invalid("data_dir", format!("holds a damaged {FILE}: {problem}")))
}
