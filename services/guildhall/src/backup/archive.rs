//! Files with checksums, in and out of an archive.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};

/// The first entry.
pub const MANIFEST: &str = "manifest.json";
const PIECE: usize = 64 * 1024;

/// A new file for its owner alone.
pub fn new_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Copies everything, and tells how much that was and its SHA-256 in hexadecimal digits.
pub fn copy_and_digest(mut from: impl Read, mut to: impl Write) -> io::Result<(u64, String)> {
    let (mut digest, mut length, mut piece) = (Context::new(&SHA256), 0, vec![0; PIECE]);
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            let digits = digest.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
            return Ok((length, digits));
        }
        digest.update(&piece[..read]);
        to.write_all(&piece[..read])?;
        length += read as u64;
    }
}
